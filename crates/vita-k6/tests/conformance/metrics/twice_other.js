// k6 reference §1, k6/metrics: a name twice with another type throws.
// exit: 107
// error: mine
import { Counter, Gauge } from 'k6/metrics';
new Counter('mine');
new Gauge('mine');
export default function () {}
