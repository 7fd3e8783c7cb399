// k6 reference §1, globals: subtle encrypts and decrypts with AES.
// prints: AES-CBC secret
// prints: AES-GCM secret
// prints: AES-CTR secret
export default async function () {
    const text = new TextEncoder().encode('secret');
    for (const name of ['AES-CBC', 'AES-GCM', 'AES-CTR']) {
        const key = await crypto.subtle.generateKey({ name, length: 256 }, true, ['encrypt', 'decrypt']);
        const iv = crypto.getRandomValues(new Uint8Array(name === 'AES-GCM' ? 12 : 16));
        const how = name === 'AES-CTR' ? { name, counter: iv, length: 64 } : { name, iv };
        const sealed = await crypto.subtle.encrypt(how, key, text);
        console.log(name, new TextDecoder().decode(await crypto.subtle.decrypt(how, key, sealed)));
    }
}
