// k6 reference §1, failed request: an HTTP status of 400 and above is 1000 + status, with an empty text.
// prints: 404 1404 ""
// prints: 503 1503 ""
// points http_reqs{error_code:1404,expected_response:false}: 1
// points http_req_failed{status:404}: 1
// metric http_req_failed: rate=1, passes=2, fails=0
import http from 'k6/http';
export default function () {
    for (const code of [404, 503]) {
        const r = http.get(`${__ENV.URL}/status/${code}`);
        console.log(r.status, r.error_code, JSON.stringify(r.error));
    }
}
