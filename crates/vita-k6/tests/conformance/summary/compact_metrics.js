// k6 reference §3, summary: the lines of metrics, dots to three beyond the longest name.
// summary:     my_counter.....................: 10…/s
// summary:     my_gauge.......................: 3…min=1…max=3
// summary:     my_rate........................: 100.00% 2 out of 2
// summary:     http_req_duration..............: avg=…min=…med=…max=…p(90)=…p(95)=
// summary:       { expected_response:true }...: avg=
// summary:     http_req_failed................: 0.00%…0 out of 1
// summary:     http_reqs......................: 1…/s
// summary:     iterations.....................: 1…/s
import http from 'k6/http';
import { Counter, Gauge, Rate } from 'k6/metrics';
const c = new Counter('my_counter'), g = new Gauge('my_gauge'), r = new Rate('my_rate');
export default function () {
    http.get(`${__ENV.URL}/json`);
    c.add(10); g.add(1); g.add(3); r.add(1); r.add(1);
}
