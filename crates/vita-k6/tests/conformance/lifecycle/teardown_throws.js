// k6 reference §1, lifecycle: an exception in teardown is told and names its place.
// exit: 107
// says: late trouble
export default function () {}
export function teardown() { throw new Error('late trouble'); }
