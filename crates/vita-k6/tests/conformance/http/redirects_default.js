// k6 reference §2, options: ten redirects are followed by default; then there is a warning.
// prints: 303
// says: level=warning…redirects
// metric http_reqs: count=11
import http from 'k6/http';
export default function () { console.log(http.get(`${__ENV.URL}/redirect/12`).status); }
