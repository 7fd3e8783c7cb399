// k6 reference §1, k6: an exception leaves a group, and the next line is outside of it.
// points mine{group:}: 1
// prints: caught x
import { group } from 'k6';
import { Counter } from 'k6/metrics';
const mine = new Counter('mine');
export default function () {
    try { group('g', () => { throw new Error('x'); }); } catch (e) { console.log('caught', e.message); }
    mine.add(1);
}
