// k6 reference §2, exit codes: an exception in setup is 107, and nothing is run.
// exit: 107
// says: no data
// metric iterations: absent
export function setup() { throw new Error('no data'); }
export default function () { console.log('ran'); }
