// k6 reference §2, executors: ramping-arrival-rate without stages is 104.
// exit: 104
// error: a
export const options = { scenarios: { a: { executor: 'ramping-arrival-rate', startRate: 1, preAllocatedVUs: 1 } } };
export default function () {}
