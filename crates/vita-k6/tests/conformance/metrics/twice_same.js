// k6 reference §1, k6/metrics: the same name and type twice is one metric.
// metric mine: count=3
import { Counter } from 'k6/metrics';
const one = new Counter('mine');
const two = new Counter('mine');
export default function () { one.add(1); two.add(2); }
