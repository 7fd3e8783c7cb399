// k6 reference §2, options: vus and iterations are shared-iterations.
// metric iterations: count=7
export const options = { vus: 2, iterations: 7 };
export default function () {}
