// k6 reference §2, executors: progress and names of several scenarios are their own.
// order: any
// prints: a constant-vus
// prints: b per-vu-iterations
import exec from 'k6/execution';
import { sleep } from 'k6';
export const options = { scenarios: {
    a: { executor: 'constant-vus', vus: 1, duration: '1s', gracefulStop: '1s' },
    b: { executor: 'per-vu-iterations', vus: 1, iterations: 1, maxDuration: '2s' },
} };
export default function () { console.log(exec.scenario.name, exec.scenario.executor); sleep(1.1); }
