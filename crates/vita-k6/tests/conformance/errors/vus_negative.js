// k6 reference §2, exit codes: impossible numbers are 104.
// exit: 104
// error: vus
export const options = { vus: -1, iterations: 1 };
export default function () {}
