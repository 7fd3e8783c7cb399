// k6 reference §2, options: minIterationDuration spaces iterations.
// metric iterations: count=2
// prints: true
import exec from 'k6/execution';
export const options = { iterations: 2, minIterationDuration: '80ms' };
export default function () {
    if (__ITER === 1) console.log(exec.instance.currentTestRunDuration >= 79);
}
