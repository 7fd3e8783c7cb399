// k6 reference §1, remote imports: url.
// prints: example.test /a 2 q=1&r=x+y
import { URL, URLSearchParams } from 'https://jslib.k6.io/url/1.0.0/index.js';
export default function () {
    const u = new URL('http://example.test/a?n=2');
    console.log(u.hostname, u.pathname, u.searchParams.get('n'), new URLSearchParams([['q', '1'], ['r', 'x y']]).toString());
}
