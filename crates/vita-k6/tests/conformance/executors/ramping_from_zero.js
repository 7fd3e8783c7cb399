// k6 reference §2, executors: ramping-vus from startVUs 0.
// metric iterations: count>=1
import { sleep } from 'k6';
export const options = { scenarios: { a: { executor: 'ramping-vus', startVUs: 0, stages: [{ duration: '100ms', target: 2 }], gracefulRampDown: '1s' } } };
export default function () { sleep(0.02); }
