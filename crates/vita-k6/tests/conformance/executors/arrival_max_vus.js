// k6 reference §2, executors: an arrival rate makes more virtual users up to maxVUs.
// metric vus_max: max=5
import { sleep } from 'k6';
export const options = { scenarios: { a: { executor: 'constant-arrival-rate', rate: 10, duration: '1s', preAllocatedVUs: 1, maxVUs: 5 } } };
export default function () { sleep(2); }
