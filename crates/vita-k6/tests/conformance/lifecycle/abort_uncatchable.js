// k6 reference §1, k6/execution: test.abort() can't be caught.
// exit: 108
// prints: before
import exec from 'k6/execution';
export default function () {
    console.log('before');
    try { exec.test.abort(); } catch (e) { console.log('caught'); }
    console.log('after');
}
