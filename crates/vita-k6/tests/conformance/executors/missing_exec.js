// k6 reference §2, exit codes: an exec that isn't exported is 104.
// exit: 104
// error: nope
export const options = { scenarios: { a: { executor: 'shared-iterations', exec: 'nope' } } };
export default function () {}
