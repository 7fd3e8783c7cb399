// k6 reference §2, options: K6_NO_SETUP and K6_NO_TEARDOWN.
// variable: K6_NO_SETUP=true
// variable: K6_NO_TEARDOWN=1
// prints: default undefined
export function setup() { console.log('setup'); return 1; }
export default function (data) { console.log('default', data); }
export function teardown() { console.log('teardown'); }
