// k6 reference §1, k6/metrics: add takes tags.
// points mine{kind:a,size:2}: 1
// points mine: 2
import { Counter } from 'k6/metrics';
const mine = new Counter('mine');
export default function () { mine.add(1, { kind: 'a', size: 2 }); mine.add(1); }
