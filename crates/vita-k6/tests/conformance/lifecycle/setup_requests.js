// k6 reference §1, lifecycle: setup and teardown may send requests and check.
// check up: 2/0
// metric http_reqs: count=2
// points http_reqs{group:::setup}: 1
// points http_reqs{group:::teardown}: 1
import http from 'k6/http';
import { check } from 'k6';
export function setup() { check(http.get(`${__ENV.URL}/json`), { up: (r) => r.status === 200 }); }
export default function () {}
export function teardown() { check(http.get(`${__ENV.URL}/json`), { up: (r) => r.status === 200 }); }
