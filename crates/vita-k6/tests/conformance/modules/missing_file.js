// k6 reference §2, exit codes: a module that isn't there is 107.
// exit: 107
// error: no_such.js
import './no_such.js';
export default function () {}
