// k6 reference §2, executors: constant-vus runs for its duration.
// metric iterations: count>=2
import { sleep } from 'k6';
export const options = { scenarios: { a: { executor: 'constant-vus', vus: 2, duration: '1s' } } };
export default function () { sleep(0.25); }
