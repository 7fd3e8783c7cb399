// k6 reference §1, k6/crypto: randomBytes gives a buffer; hexEncode writes one.
// prints: true 8
// prints: 0aff
import crypto from 'k6/crypto';
export default function () {
    const bytes = crypto.randomBytes(8);
    console.log(bytes instanceof ArrayBuffer, bytes.byteLength);
    console.log(crypto.hexEncode(new Uint8Array([10, 255]).buffer));
}
