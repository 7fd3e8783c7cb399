// k6 reference §2, executors: a scenario's tags are on its samples.
// points mine{scenario:a,kind:x}: 1
// points mine{scenario:b,kind:}: 1
import { Counter } from 'k6/metrics';
const mine = new Counter('mine');
export const options = { scenarios: {
    a: { executor: 'shared-iterations', tags: { kind: 'x' } },
    b: { executor: 'shared-iterations' },
} };
export default function () { mine.add(1); }
