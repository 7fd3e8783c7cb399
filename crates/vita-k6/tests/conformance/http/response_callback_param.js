// k6 reference §1, params: responseCallback holds for one request.
// metric http_req_failed: passes=1, fails=1
import http from 'k6/http';
export default function () {
    http.get(`${__ENV.URL}/status/404`, { responseCallback: http.expectedStatuses(404) });
    http.get(`${__ENV.URL}/status/404`);
}
