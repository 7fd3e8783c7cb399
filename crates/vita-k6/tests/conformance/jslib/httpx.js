// k6 reference §1, remote imports: httpx is a session with defaults.
// prints: GET /anything/x yes
import { Httpx } from 'https://jslib.k6.io/httpx/0.1.0/index.js';
export default function () {
    const session = new Httpx({ baseURL: __ENV.URL, headers: { 'X-S': 'yes' } });
    const r = session.get('/anything/x');
    console.log(r.json('method'), r.json('path'), r.json('headers.X-S'));
}
