// k6 reference §2, executors: shared-iterations is one iteration of one virtual user by default.
// metric iterations: count=1
export const options = { scenarios: { a: { executor: 'shared-iterations' } } };
export default function () {}
