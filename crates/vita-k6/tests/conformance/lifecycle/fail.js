// k6 reference §1, k6: fail throws, which ends the iteration only.
// exit: 0
// says: level=error
// says: hint="script exception"
// says: no good
// metric iterations: count=2
import { fail } from 'k6';
export const options = { iterations: 2 };
export default function () {
    fail('no good');
    console.log('not reached');
}
