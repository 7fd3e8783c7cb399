// k6 reference §2, thresholds: every operator, aggregation and spelling that the grammar has.
// exit: 0
// data /metrics/t/thresholds/avg<11/ok: true
// data /metrics/t/thresholds/p(99.9) <= 10.5/ok: true
// data /metrics/c/thresholds/count===3/ok: true
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
const c = new Counter('c'), g = new Gauge('g'), r = new Rate('r'), t = new Trend('t');
export const options = { thresholds: {
    c: ['count>2', 'count>=3', 'count<4', 'count<=3', 'count==3', 'count===3', 'count!=4', 'rate>0'],
    g: ['value==5', 'value > 4.5'],
    r: ['rate>=0.5', 'rate<0.51'],
    t: ['avg<11', 'min>=10', 'med==10', 'max<=10', 'p(90)<11', 'p(99.9) <= 10.5'],
} };
export default function () { c.add(3); g.add(5); r.add(1); r.add(0); t.add(10); }
