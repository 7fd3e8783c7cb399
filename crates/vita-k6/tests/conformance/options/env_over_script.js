// k6 reference §2, options: K6_… is stronger than the script, flags are stronger than both.
// variable: K6_ITERATIONS=2
// metric iterations: count=2
export const options = { iterations: 5 };
export default function () {}
