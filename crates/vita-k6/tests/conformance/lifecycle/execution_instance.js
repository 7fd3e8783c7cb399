// k6 reference §1, k6/execution: what the instance does.
// prints: 0 0 1 1 true
// prints: 0 1 1 1 true
import exec from 'k6/execution';
export const options = { iterations: 2 };
export default function () {
    const i = exec.instance;
    console.log(i.iterationsInterrupted, i.iterationsCompleted, i.vusActive, i.vusInitialized, i.currentTestRunDuration >= 0);
}
