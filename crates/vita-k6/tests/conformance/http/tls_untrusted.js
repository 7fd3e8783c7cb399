// k6 reference §1, failed request: a certificate of an unknown authority is error code 1310.
// prints: 0 1310
// points http_reqs{error_code:1310,status:0}: 1
import http from 'k6/http';
export default function () {
    const r = http.get(`${__ENV.TLS_URL}/json`);
    console.log(r.status, r.error_code);
}
