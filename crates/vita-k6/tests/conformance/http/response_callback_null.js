// k6 reference §1, k6/http: without a response callback there is neither http_req_failed nor expected_response.
// metric http_req_failed: absent
// tags http_reqs: group method name proto scenario status url
import http from 'k6/http';
http.setResponseCallback(null);
export default function () {
    http.get(`${__ENV.URL}/json`);
}
