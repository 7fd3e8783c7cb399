// k6 reference §1, k6/metrics: a trend with isTime contains times.
// data /metrics/mine/contains: time
// data /metrics/mine/type: trend
// summary: mine…: avg=1.5s…min=1.5s
import { Trend } from 'k6/metrics';
const mine = new Trend('mine', true);
export default function () { mine.add(1500); }
