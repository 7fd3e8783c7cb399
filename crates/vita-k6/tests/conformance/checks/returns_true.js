// k6 reference §1, k6: check returns whether all passed.
// check a: 2/0
// check b: 1/1
// prints: true
// prints: false
import { check } from 'k6';
export default function () {
    console.log(check(1, { a: true, b: (v) => v === 1 }));
    console.log(check(2, { a: true, b: (v) => v === 1 }));
}
