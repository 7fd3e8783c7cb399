// k6 reference §2, executors: per-vu-iterations runs them in each virtual user.
// metric iterations: count=6
// points mine{who:1}: 3
// points mine{who:2}: 3
import { Counter } from 'k6/metrics';
const mine = new Counter('mine');
export const options = { scenarios: { a: { executor: 'per-vu-iterations', vus: 2, iterations: 3 } } };
export default function () { mine.add(1, { who: __VU }); }
