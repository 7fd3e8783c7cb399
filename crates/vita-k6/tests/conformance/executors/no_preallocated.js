// k6 reference §2, executors: an arrival rate needs preAllocatedVUs.
// exit: 104
// error: preAllocatedVUs
export const options = { scenarios: { a: { executor: 'constant-arrival-rate', rate: 1, duration: '1s' } } };
export default function () {}
