// k6 reference §2, options: redirects are followed, ten by default.
// prints: 200 true
// metric http_reqs: count=4
import http from 'k6/http';
export default function () {
    const r = http.get(`${__ENV.URL}/redirect/3`);
    console.log(r.status, r.url.endsWith('/anything'));
}
