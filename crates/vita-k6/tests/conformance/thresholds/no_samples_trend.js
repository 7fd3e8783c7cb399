// k6 reference §2, thresholds: a trend without samples has statistics of 0.
// exit: 0
import { Trend } from 'k6/metrics';
new Trend('mine');
export const options = { thresholds: { mine: ['p(95)<1', 'avg==0'] } };
export default function () {}
