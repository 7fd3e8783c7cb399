// k6 reference §2, metrics: what a run with requests has.
// metric iterations: count=2
// metric iteration_duration: avg>0
// metric http_reqs: count=2
// metric http_req_failed: rate=0, passes=0, fails=2
// metric http_req_duration: avg>0
// metric http_req_blocked: avg>=0
// metric http_req_connecting: avg>=0
// metric http_req_tls_handshaking: max=0
// metric http_req_sending: avg>=0
// metric http_req_waiting: avg>0
// metric http_req_receiving: avg>=0
// metric http_req_duration{expected_response:true}: avg>0
// metric data_sent: count>100
// metric data_received: count>200
import http from 'k6/http';
export const options = { iterations: 2 };
export default function () { http.get(`${__ENV.URL}/json`); }
