// k6 reference §1, globals: subtle signs with ECDSA, and exports keys.
// prints: true EC P-256
export default async function () {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    const data = new Uint8Array([1, 2, 3]);
    const how = { name: 'ECDSA', hash: 'SHA-256' };
    const mark = await crypto.subtle.sign(how, pair.privateKey, data);
    const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey);
    console.log(await crypto.subtle.verify(how, pair.publicKey, mark, data), jwk.kty, jwk.crv);
}
