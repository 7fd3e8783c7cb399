// k6 reference §2, exit codes: test.abort() in init code is 108.
// exit: 108
// error: no
import exec from 'k6/execution';
exec.test.abort('no');
export default function () {}
