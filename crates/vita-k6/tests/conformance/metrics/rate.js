// k6 reference §1, k6/metrics: a rate counts what isn't zero.
// metric mine: rate=0.5, passes=3, fails=3
import { Rate } from 'k6/metrics';
const mine = new Rate('mine');
export default function () { for (const v of [true, false, 1, 0, 7, 0]) mine.add(v); }
