// k6 reference §2, --out json: a Metric line before a metric's first Point, with their keys in k6's order.
// output: json
// sample: {"type":"Metric","data":{"name":"mine","type":"counter","contains":"default","thresholds":["count>0"],"submetrics":null},"metric":"mine"}
// sample: {"metric":"mine","type":"Point","data":{"time":"…","value":2,"tags":{"group":"","kind":"a","scenario":"default"}}}
import { Counter } from 'k6/metrics';
const mine = new Counter('mine');
export const options = { thresholds: { mine: ['count>0'] } };
export default function () { mine.add(2, { kind: 'a' }); }
