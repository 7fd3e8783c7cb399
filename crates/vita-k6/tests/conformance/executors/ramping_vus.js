// k6 reference §2, executors: ramping-vus goes to each stage's target.
// metric iterations: count>=2
import { sleep } from 'k6';
export const options = { scenarios: { a: { executor: 'ramping-vus', startVUs: 1, stages: [{ duration: '100ms', target: 4 }, { duration: '50ms', target: 0 }] } } };
export default function () { sleep(0.02); }
