// k6 reference §2, executors: a rate is for each timeUnit.
// metric iterations: count>=5, count<=11
export const options = { scenarios: { a: { executor: 'constant-arrival-rate', rate: 2, timeUnit: '200ms', duration: '1s', preAllocatedVUs: 10 } } };
export default function () {}
