// k6 reference §2, exit codes: a crossed threshold is 99, and the log names the metrics.
// exit: 99
// says: level=error msg="thresholds on metrics 'c, g' have been crossed"
// data /metrics/c/thresholds/count>5/ok: false
import { Counter, Gauge } from 'k6/metrics';
const c = new Counter('c'), g = new Gauge('g');
export const options = { thresholds: { c: ['count>5', 'count>0'], g: ['value<1'], iterations: ['count==1'] } };
export default function () { c.add(1); g.add(1); }
