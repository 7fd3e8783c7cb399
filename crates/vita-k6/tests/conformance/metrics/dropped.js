// k6 reference §2, executors: iterations for which no virtual user is free are dropped.
// metric dropped_iterations: count>=3
// metric iterations: count>=1
import { sleep } from 'k6';
export const options = { scenarios: { a: { executor: 'constant-arrival-rate', rate: 10, duration: '1s', preAllocatedVUs: 1, maxVUs: 1, gracefulStop: '2s' } } };
export default function () { sleep(2); }
