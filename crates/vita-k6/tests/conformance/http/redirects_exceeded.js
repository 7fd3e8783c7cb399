// k6 reference §2, options: after maxRedirects the last redirect is the answer.
// prints: 303 0
// metric http_reqs: count=3
import http from 'k6/http';
export const options = { maxRedirects: 2 };
export default function () {
    const r = http.get(`${__ENV.URL}/redirect/5`);
    console.log(r.status, r.error_code);
}
