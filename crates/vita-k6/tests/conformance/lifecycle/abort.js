// k6 reference §2, exit codes: test.abort() is 108.
// exit: 108
// prints: before
// says: enough
import exec from 'k6/execution';
export const options = { iterations: 5 };
export default function () {
    console.log('before');
    exec.test.abort('enough');
    console.log('after');
}
