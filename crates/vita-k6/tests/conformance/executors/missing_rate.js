// k6 reference §2, exit codes: an arrival rate without what it needs is 104.
// exit: 104
// error: a
export const options = { scenarios: { a: { executor: 'constant-arrival-rate', duration: '1s' } } };
export default function () {}
