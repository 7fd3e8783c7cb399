// k6 reference §1, k6/http: a request of a batch that fails leaves the others alone.
// prints: 0,200
// metric http_req_failed: passes=1, fails=1
import http from 'k6/http';
export default function () { console.log(http.batch(['http://127.0.0.1:1/', `${__ENV.URL}/json`]).map((r) => r.status).join()); }
