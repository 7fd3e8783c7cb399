// k6 reference §1, lifecycle: a value of setup that JSON can't have is an exception.
// exit: 107
export function setup() { const a = {}; a.a = a; return a; }
export default function () {}
