// k6 reference §2, exit codes: test.fail() lets the test go on and is 110.
// exit: 110
// prints: after
// prints: after
// metric iterations: count=2
// says: sad
import exec from 'k6/execution';
export const options = { iterations: 2 };
export default function () {
    exec.test.fail('sad');
    console.log('after');
}
