// k6 reference §1, k6/crypto: buffers and views are hashed as bytes.
// prints: true
import { sha256 } from 'k6/crypto';
export default function () { console.log(sha256(new Uint8Array([97, 98, 99]).buffer, 'hex') === sha256('abc', 'hex')); }
