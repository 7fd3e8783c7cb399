// k6 reference §1, globals: subtle signs and verifies with HMAC.
// prints: true false
export default async function () {
    const key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign', 'verify']);
    const [a, b] = ['one', 'two'].map((text) => new TextEncoder().encode(text));
    const mac = await crypto.subtle.sign('HMAC', key, a);
    console.log(await crypto.subtle.verify('HMAC', key, mac, a), await crypto.subtle.verify('HMAC', key, mac, b));
}
