// k6 reference §1, k6: a check may be a value instead of a function.
// check number: 1/0
// check empty: 0/1
// check nothing: 0/1
// check text: 1/0
// prints: false
import { check } from 'k6';
export default function () {
    console.log(check(null, { number: 1, empty: '', nothing: null, text: 'x' }));
}
