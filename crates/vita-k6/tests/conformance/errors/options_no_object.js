// k6 reference §2, exit codes: options that are no object are 104.
// exit: 104
// error: options
export const options = 5;
export default function () {}
