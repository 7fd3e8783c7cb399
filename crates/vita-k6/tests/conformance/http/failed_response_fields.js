// k6 reference §1, failed request: the response of a failed request has all its fields.
// prints: 16 0 null {}
import http from 'k6/http';
export default function () {
    const r = http.get('http://127.0.0.1:1/');
    console.log(Object.keys(r).length, r.status, r.body, JSON.stringify(r.cookies));
}
