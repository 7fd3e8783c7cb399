// k6 reference §2, exit codes: test.abort() in setup is 108.
// exit: 108
// says: not today
import exec from 'k6/execution';
export function setup() { exec.test.abort('not today'); }
export default function () { console.log('ran'); }
