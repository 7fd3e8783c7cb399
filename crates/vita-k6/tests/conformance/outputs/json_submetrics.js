// k6 reference §2, --out json: a metric's sub-metrics have name, suffix and tags.
// output: json
// sample: "submetrics":[{"name":"mine{kind:a}","suffix":"kind:a","tags":{"kind":"a"}}]
import { Counter } from 'k6/metrics';
const mine = new Counter('mine');
export const options = { thresholds: { 'mine{kind:a}': ['count>0'] } };
export default function () { mine.add(1, { kind: 'a' }); }
