// k6 reference §1, globals: a key is imported from JWK, and what was exported is the same.
// prints: oct A256GCM true
export default async function () {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt']);
    const jwk = await crypto.subtle.exportKey('jwk', key);
    const again = await crypto.subtle.importKey('jwk', jwk, 'AES-GCM', true, ['encrypt']);
    console.log(jwk.kty, jwk.alg, (await crypto.subtle.exportKey('jwk', again)).k === jwk.k);
}
