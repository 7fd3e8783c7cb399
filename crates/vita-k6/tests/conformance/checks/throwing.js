// k6 reference §1, k6: an exception in a check records a 0 and is thrown on.
// check boom: 0/1
// prints: caught broken
import { check } from 'k6';
export default function () {
    try {
        check(1, { boom: () => { throw new Error('broken'); } });
    } catch (e) {
        console.log('caught', e.message);
    }
}
