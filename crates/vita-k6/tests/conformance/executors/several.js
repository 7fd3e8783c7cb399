// k6 reference §2, executors: scenarios run beside each other.
// metric iterations: count=9
// points iterations{scenario:a}: 4
// points iterations{scenario:b}: 5
export const options = { scenarios: {
    a: { executor: 'per-vu-iterations', vus: 2, iterations: 2 },
    b: { executor: 'shared-iterations', vus: 2, iterations: 5 },
} };
export default function () {}
