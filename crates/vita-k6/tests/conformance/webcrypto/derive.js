// k6 reference §1, globals: subtle derives bits with PBKDF2.
// prints: 0c60c80f961f0e71f3a9b524af6012062fe037a6
import { hexEncode } from 'k6/crypto';
export default async function () {
    // RFC 6070's first vector.
    const key = await crypto.subtle.importKey('raw', new TextEncoder().encode('password'), 'PBKDF2', false, ['deriveBits']);
    const how = { name: 'PBKDF2', hash: 'SHA-1', salt: new TextEncoder().encode('salt'), iterations: 1 };
    console.log(hexEncode(await crypto.subtle.deriveBits(how, key, 160)));
}
