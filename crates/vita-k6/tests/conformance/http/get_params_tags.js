// k6 reference §1, params: tags go to the request's samples.
// points http_reqs{kind:read,method:GET,status:200}: 1
// points http_req_duration{kind:read}: 1
import http from 'k6/http';
export default function () {
    http.get(`${__ENV.URL}/json`, { tags: { kind: 'read' } });
}
