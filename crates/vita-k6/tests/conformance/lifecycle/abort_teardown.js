// k6 reference §1, lifecycle: teardown runs after test.abort().
// exit: 108
// prints: teardown
import exec from 'k6/execution';
export default function () { exec.test.abort(); }
export function teardown() { console.log('teardown'); }
