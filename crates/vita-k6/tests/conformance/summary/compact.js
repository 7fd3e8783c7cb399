// k6 reference §3, summary: the compact layout's parts, in its words.
// exit: 99
// summary:   █ THRESHOLDS 
// summary:     checks
// summary:     ✗ 'rate>0.9' rate=50.00%
// summary:     ✓ 'count==2' count=2
// summary:   █ TOTAL RESULTS 
// summary:     checks_total.......: 4…/s
// summary:     checks_succeeded...: 50.00% 2 out of 4
// summary:     checks_failed......: 50.00% 2 out of 4
// summary:     ✓ is ok
// summary:     ✗ is never
// summary:       ↳  0% — ✓ 0 / ✗ 2
// summary:     CUSTOM
// summary:     HTTP
// summary:     EXECUTION
// summary:     NETWORK
// no summary: http_req_waiting
// no summary: WEBSOCKET
import http from 'k6/http';
import { check } from 'k6';
import { Counter } from 'k6/metrics';
const mine = new Counter('mine');
export const options = { iterations: 2, thresholds: { checks: ['rate>0.9'], mine: ['count==2'] } };
export default function () {
    check(http.get(`${__ENV.URL}/json`), { 'is ok': (r) => r.status === 200, 'is never': () => false });
    mine.add(1);
}
