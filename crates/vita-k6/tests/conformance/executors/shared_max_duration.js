// k6 reference §2, executors: maxDuration ends shared-iterations.
// metric iterations: count>=2, count<=11
import { sleep } from 'k6';
export const options = { scenarios: { a: { executor: 'shared-iterations', vus: 1, iterations: 1000, maxDuration: '1s' } } };
export default function () { sleep(0.1); }
