// k6 reference §1, k6/crypto: hmac, as RFC 4231 has it.
// prints: 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843
import crypto from 'k6/crypto';
export default function () { console.log(crypto.hmac('sha256', 'Jefe', 'what do ya want for nothing?', 'hex')); }
