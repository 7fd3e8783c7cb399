// k6 reference §2, executors: ramping-vus interrupts after gracefulRampDown.
// never says: done
import { sleep } from 'k6';
export const options = { scenarios: { a: { executor: 'ramping-vus', startVUs: 1, stages: [{ duration: '50ms', target: 1 }, { duration: '0s', target: 0 }, { duration: '100ms', target: 0 }], gracefulRampDown: '0s' } } };
export default function () { sleep(5); console.log('done'); }
