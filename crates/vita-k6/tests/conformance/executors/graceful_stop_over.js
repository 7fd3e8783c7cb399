// k6 reference §2, executors: after gracefulStop an iteration is interrupted.
// metric iterations: absent
// never says: done
import { sleep } from 'k6';
export const options = { scenarios: { a: { executor: 'constant-vus', vus: 1, duration: '1s', gracefulStop: '50ms' } } };
export default function () { sleep(5); console.log('done'); }
