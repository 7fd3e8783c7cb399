// k6 reference §2, exit codes: an unknown built-in module is 107.
// exit: 107
// error: k6/nope
import 'k6/nope';
export default function () {}
