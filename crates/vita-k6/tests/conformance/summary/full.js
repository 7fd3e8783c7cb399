// k6 reference §3, summary: the full layout has every request metric, scenarios and groups.
// mode: full
// summary: http_req_waiting
// summary: http_req_blocked
// summary: █ SCENARIO: one
// summary: ↳ GROUP: mine
import http from 'k6/http';
import { group } from 'k6';
export const options = { scenarios: { one: { executor: 'shared-iterations' }, two: { executor: 'shared-iterations' } } };
export default function () {
    group('mine', () => http.get(`${__ENV.URL}/json`));
}
