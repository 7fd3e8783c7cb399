// k6 reference §2, thresholds: on the requests of a name and a status.
// exit: 0
import http from 'k6/http';
export const options = { thresholds: { 'http_reqs{status:200}': ['count==2'], 'http_req_duration{name:mine}': ['p(95)<10000'], http_req_failed: ['rate<0.5'] } };
export default function () {
    http.get(`${__ENV.URL}/json`, { tags: { name: 'mine' } });
    http.get(`${__ENV.URL}/json`);
    http.get(`${__ENV.URL}/status/404`);
}
