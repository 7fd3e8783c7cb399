// k6 reference §1, globals: subtle.digest.
// prints: ba7816bf
import { hexEncode } from 'k6/crypto';
export default async function () {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode('abc'));
    console.log(hexEncode(digest).slice(0, 8));
}
