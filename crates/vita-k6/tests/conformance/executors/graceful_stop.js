// k6 reference §2, executors: an iteration may end within gracefulStop.
// prints: done
// metric iterations: count=1
import { sleep } from 'k6';
export const options = { scenarios: { a: { executor: 'constant-vus', vus: 1, duration: '1s', gracefulStop: '5s' } } };
export default function () { sleep(1.1); console.log('done'); }
