// k6 reference §1, body: a string is sent as it is.
// prints: {"a":1} 1
import http from 'k6/http';
export default function () {
    const r = http.post(`${__ENV.URL}/anything`, '{"a":1}', { headers: { 'Content-Type': 'application/json' } });
    console.log(r.json('data'), r.json('json.a'));
}
