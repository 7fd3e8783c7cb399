// k6 reference §2, exit codes: an unknown executor is 104.
// exit: 104
// error: no-such
export const options = { scenarios: { a: { executor: 'no-such' } } };
export default function () {}
