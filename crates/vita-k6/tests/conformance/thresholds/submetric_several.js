// k6 reference §2, thresholds: several tags must all be there, spaces are trimmed, values may be quoted.
// exit: 0
import { Counter } from 'k6/metrics';
const mine = new Counter('mine');
export const options = { thresholds: { 'mine{ kind:a, size:big }': ['count==1'], 'mine{kind:"a"}': ['count==2'], 'mine{url:http://x:1/y}': ['count==1'] } };
export default function () { mine.add(1, { kind: 'a', size: 'big' }); mine.add(1, { kind: 'a' }); mine.add(1, { url: 'http://x:1/y' }); }
