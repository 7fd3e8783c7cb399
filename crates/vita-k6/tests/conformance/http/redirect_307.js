// k6 reference §1, k6/http: 307 keeps method and body; 302 turns a POST into a GET.
// prints: POST kept
// prints: GET 
import http from 'k6/http';
export default function () {
    for (const status of [307, 302]) {
        const r = http.post(`${__ENV.URL}/redirect-to?status=${status}&url=/anything`, 'kept');
        console.log(r.json('method'), r.json('data'));
    }
}
