// k6 reference §1, failed request: a timeout is error code 1050.
// prints: 0 1050 request timeout null
// metric http_req_failed: rate=1
// points http_reqs{error_code:1050,status:0,expected_response:false}: 1
// says: level=warning msg="Request Failed"
import http from 'k6/http';
export default function () {
    const r = http.get(`${__ENV.URL}/delay/5000`, { timeout: 50 });
    console.log(r.status, r.error_code, r.error, r.body);
}
