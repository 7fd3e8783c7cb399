// k6 reference §2, thresholds: a key may select by tags.
// exit: 99
// metric mine{kind:a}: count=1
// metric mine{kind:b}: count=2
// says: thresholds on metrics 'mine{kind:b}' have been crossed
import { Counter } from 'k6/metrics';
const mine = new Counter('mine');
export const options = { thresholds: { 'mine{kind:a}': ['count==1'], 'mine{kind:b}': ['count==1'] } };
export default function () { mine.add(1, { kind: 'a' }); mine.add(1, { kind: 'b' }); mine.add(1, { kind: 'b' }); }
