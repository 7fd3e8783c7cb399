// k6 reference §1, params: headers are sent, and the header names of answers are canonical.
// prints: one application/json
import http from 'k6/http';
export default function () {
    const r = http.get(`${__ENV.URL}/anything`, { headers: { 'x-first': 'one' } });
    console.log(r.json('headers')['X-First'], r.headers['Content-Type']);
}
