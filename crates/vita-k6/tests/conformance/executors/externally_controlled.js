// k6 reference §2, executors: externally-controlled is gone.
// exit: 104
// error: externally-controlled
export const options = { scenarios: { a: { executor: 'externally-controlled', vus: 1, duration: '1s' } } };
export default function () {}
