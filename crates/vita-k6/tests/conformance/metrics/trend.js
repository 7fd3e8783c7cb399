// k6 reference §3, number rules: percentiles interpolate linearly between sorted samples.
// metric mine: avg=30, min=10, med=30, max=50, p(90)=46, p(95)=48
// data /metrics/mine/contains: default
import { Trend } from 'k6/metrics';
const mine = new Trend('mine');
export default function () { for (const v of [50, 10, 30, 20, 40]) mine.add(v); }
