// k6 reference §1, k6/http: setResponseCallback says which statuses are expected.
// metric http_req_failed: passes=1, fails=2
// points http_reqs{status:404,expected_response:true}: 1
// points http_reqs{status:200,expected_response:false}: 1
import http from 'k6/http';
http.setResponseCallback(http.expectedStatuses(404, { min: 500, max: 505 }));
export default function () {
    http.get(`${__ENV.URL}/status/404`);
    http.get(`${__ENV.URL}/status/503`);
    http.get(`${__ENV.URL}/json`);
}
