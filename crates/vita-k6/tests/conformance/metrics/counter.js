// k6 reference §1, k6/metrics: a counter sums up.
// metric mine: count=6
import { Counter } from 'k6/metrics';
const mine = new Counter('mine');
export const options = { iterations: 3 };
export default function () { mine.add(2); }
