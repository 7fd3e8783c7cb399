// k6 reference §2, options: flags are the strongest.
// variable: K6_ITERATIONS=2
// flags: {"iterations":3}
// metric iterations: count=3
export const options = { iterations: 5 };
export default function () {}
