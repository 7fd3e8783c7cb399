// k6 reference §2, options: noSetup and noTeardown leave them out.
// prints: default
export const options = { noSetup: true, noTeardown: true };
export function setup() { console.log('setup'); }
export default function () { console.log('default'); }
export function teardown() { console.log('teardown'); }
