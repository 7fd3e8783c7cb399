// k6 reference §1, k6/metrics: add returns true.
// prints: true mine
import { Counter } from 'k6/metrics';
const mine = new Counter('mine');
export default function () { console.log(mine.add(1), mine.name); }
