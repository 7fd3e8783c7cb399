// k6 reference §1, k6: check throws in init code.
// exit: 107
// error: init
import { check } from 'k6';
check(1, { a: true });
export default function () {}
