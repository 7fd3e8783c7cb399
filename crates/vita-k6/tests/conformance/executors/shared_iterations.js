// k6 reference §2, executors: shared-iterations shares them among its virtual users.
// metric iterations: count=10
import { sleep } from 'k6';
export const options = { scenarios: { a: { executor: 'shared-iterations', vus: 3, iterations: 10 } } };
export default function () { sleep(0.005); }
