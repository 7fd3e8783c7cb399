// k6 reference §1, k6/metrics: what is no number is a warning, and no sample.
// says: level=warning…mine
// metric mine: count=1
import { Counter } from 'k6/metrics';
const mine = new Counter('mine');
export default function () { mine.add(NaN); mine.add('text'); mine.add(1); }
