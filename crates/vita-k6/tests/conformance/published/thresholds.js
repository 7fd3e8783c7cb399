// k6 reference §4, published scripts: a service level that isn't held.
// exit: 99
// says: thresholds on metrics 'http_req_failed' have been crossed
// summary: ✗ 'rate<0.01' rate=50.00%
// summary: ✓ 'p(95)<10000' p(95)=
import http from 'k6/http';
export const options = { thresholds: { http_req_failed: ['rate<0.01'], http_req_duration: ['p(95)<10000'] } };
export default function () {
    http.get(`${__ENV.URL}/json`);
    http.get(`${__ENV.URL}/status/500`);
}
