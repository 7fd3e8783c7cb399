// k6 reference §1, k6/crypto: createHash and createHMAC take data in pieces.
// prints: true true
import crypto from 'k6/crypto';
export default function () {
    const hash = crypto.createHash('sha1');
    hash.update('a'); hash.update('bc');
    const mac = crypto.createHMAC('sha256', 'k');
    mac.update('x'); mac.update('y');
    console.log(hash.digest('hex') === crypto.sha1('abc', 'hex'), mac.digest('hex') === crypto.hmac('sha256', 'k', 'xy', 'hex'));
}
