// k6 reference §1, globals: a key that isn't extractable can't be exported.
// prints: refused
export default async function () {
    const key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    await crypto.subtle.exportKey('raw', key).catch(() => console.log('refused'));
}
