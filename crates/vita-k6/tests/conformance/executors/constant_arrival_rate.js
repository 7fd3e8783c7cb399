// k6 reference §2, executors: constant-arrival-rate begins as many iterations as its rate says.
// metric iterations: count>=10, count<=22
// metric dropped_iterations: absent
export const options = { scenarios: { a: { executor: 'constant-arrival-rate', rate: 20, timeUnit: '1s', duration: '1s', preAllocatedVUs: 10 } } };
export default function () {}
