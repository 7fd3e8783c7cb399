// k6 reference §1, k6: check counts passes and fails by name.
// check is even: 2/2
// check is number: 4/0
// metric checks: rate=0.75, passes=6, fails=2
import { check } from 'k6';
export const options = { iterations: 4 };
export default function () {
    check(__ITER, { 'is even': (n) => n % 2 === 0, 'is number': (n) => typeof n === 'number' });
}
