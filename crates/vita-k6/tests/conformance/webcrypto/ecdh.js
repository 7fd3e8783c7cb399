// k6 reference §1, globals: two sides derive the same bits with ECDH.
// prints: true 32
import { hexEncode } from 'k6/crypto';
export default async function () {
    const make = () => crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
    const [a, b] = [await make(), await make()];
    const one = await crypto.subtle.deriveBits({ name: 'ECDH', public: b.publicKey }, a.privateKey, 256);
    const two = await crypto.subtle.deriveBits({ name: 'ECDH', public: a.publicKey }, b.privateKey, 256);
    console.log(hexEncode(one) === hexEncode(two), one.byteLength);
}
