// k6 reference §2, exit codes: a run that is stopped from outside is 105, and its teardown runs.
// exit: 105
// prints: stop the run
// prints: teardown
// metric iterations: absent
import { sleep } from 'k6';
export default function () { console.log('stop the run'); sleep(20); }
export function teardown() { console.log('teardown'); }
