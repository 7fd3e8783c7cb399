// k6 reference §2, exit codes: constant-vus without a duration is 104.
// exit: 104
// error: duration
export const options = { scenarios: { a: { executor: 'constant-vus', vus: 1 } } };
export default function () {}
