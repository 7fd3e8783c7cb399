// k6 reference §2, metrics: http_req_duration{expected_response:true} leaves failed requests out.
// points http_req_duration{expected_response:true}: 1
// points http_req_duration{expected_response:false}: 2
import http from 'k6/http';
export default function () {
    http.get(`${__ENV.URL}/json`);
    http.get(`${__ENV.URL}/status/400`);
    http.get(`${__ENV.URL}/status/500`);
}
