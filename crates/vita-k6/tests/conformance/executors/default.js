// k6 reference §2, executors: without options it is one iteration of one virtual user.
// metric iterations: count=1
// prints: default shared-iterations
import exec from 'k6/execution';
export default function () { console.log(exec.scenario.name, exec.scenario.executor); }
