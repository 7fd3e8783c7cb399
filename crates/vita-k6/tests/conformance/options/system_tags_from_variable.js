// k6 reference §2, options: K6_SYSTEM_TAGS is a list with commas.
// variable: K6_SYSTEM_TAGS=method,status
// tags http_reqs: method status
import http from 'k6/http';
export default function () { http.get(`${__ENV.URL}/json`); }
