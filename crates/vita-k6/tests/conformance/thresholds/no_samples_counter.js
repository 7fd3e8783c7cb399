// k6 reference §2, thresholds: a counter without samples has the count 0.
// exit: 99
import { Counter } from 'k6/metrics';
new Counter('mine');
export const options = { thresholds: { mine: ['count>0'] } };
export default function () {}
