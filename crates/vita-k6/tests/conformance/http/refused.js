// k6 reference §1, failed request: a refused connection is error code 1212, with all timings 0.
// prints: 0 1212 dial: connection refused null 0
// says: level=warning msg="Request Failed"
// metric http_req_duration: max=0
// metric http_req_failed: rate=1
import http from 'k6/http';
export default function () {
    const r = http.get('http://127.0.0.1:1/');
    console.log(r.status, r.error_code, r.error, r.body, Object.values(r.timings).reduce((a, b) => a + b, 0));
}
