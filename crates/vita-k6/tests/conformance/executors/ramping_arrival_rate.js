// k6 reference §2, executors: ramping-arrival-rate changes its rate over its stages.
// metric iterations: count>=4, count<=12
export const options = { scenarios: { a: { executor: 'ramping-arrival-rate', startRate: 0, timeUnit: '1s', preAllocatedVUs: 10, stages: [{ duration: '200ms', target: 100 }] } } };
export default function () {}
