// k6 reference §2, --out json: a Point for each sample of the built-in metrics.
// points iterations: 2
// points iteration_duration: 2
// points http_reqs: 2
// points http_req_waiting: 2
// points http_req_failed: 2
import http from 'k6/http';
export const options = { iterations: 2 };
export default function () { http.get(`${__ENV.URL}/json`); }
