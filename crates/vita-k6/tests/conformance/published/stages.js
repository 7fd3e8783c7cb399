// k6 reference §4, published scripts: ramping up and down.
// exit: 0
// metric iterations: count>=2
// metric http_reqs: count>=2
import http from 'k6/http';
import { check, sleep } from 'k6';
export const options = {
    stages: [{ duration: '100ms', target: 3 }, { duration: '50ms', target: 3 }, { duration: '50ms', target: 0 }],
    thresholds: { http_req_failed: ['rate<0.01'], http_req_duration: ['p(95)<10000'] },
};
export default function () {
    check(http.get(`${__ENV.URL}/json`), { ok: (r) => r.status === 200 });
    sleep(0.02);
}
