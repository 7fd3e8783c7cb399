// k6 reference §2, thresholds: a rate without samples passes.
// exit: 0
import { Rate } from 'k6/metrics';
new Rate('mine');
export const options = { thresholds: { mine: ['rate>0.9', 'rate<0.1'] } };
export default function () {}
