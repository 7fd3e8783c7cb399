// k6 reference §2, metrics: the system tags of a request.
// tags http_reqs: expected_response group method name proto scenario status url
// points http_reqs{expected_response:true,group:,method:GET,proto:HTTP/1.1,scenario:default,status:200}: 1
import http from 'k6/http';
export default function () {
    http.get(`${__ENV.URL}/json`);
}
