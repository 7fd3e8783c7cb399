// k6 reference §1, lifecycle: teardown runs after test.abort(), however long its init code takes.
// exit: 108
// prints: teardown
import exec from 'k6/execution';
for (let sum = 0, i = 0; i < 300000; i++) sum += i;
export default function () { exec.test.abort(); }
export function teardown() { console.log('teardown'); }
