// k6 reference §1, lifecycle: options may be computed in init code.
// env: COUNT=4
// metric iterations: count=4
const iterations = Number(__ENV.COUNT);
export const options = { iterations };
export default function () {}
