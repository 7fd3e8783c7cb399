// k6 reference §1, params: redirects 0 gives the redirect itself.
// prints: 303 /anything
// metric http_reqs: count=1
// metric http_req_failed: rate=0
import http from 'k6/http';
export default function () {
    const r = http.get(`${__ENV.URL}/redirect/1`, { redirects: 0 });
    console.log(r.status, r.headers.Location);
}
