// k6 reference §1, k6/encoding: the four alphabets.
// prints: +/+/YQ== +/+/YQ -_-_YQ== -_-_YQ
import { b64encode } from 'k6/encoding';
export default function () {
    const bytes = new Uint8Array([251, 255, 191, 97]).buffer;
    console.log(['std', 'rawstd', 'url', 'rawurl'].map((enc) => b64encode(bytes, enc)).join(' '));
}
