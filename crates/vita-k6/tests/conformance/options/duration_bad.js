// k6 reference §2, exit codes: a duration that can't be read is 104.
// exit: 104
// error: duration
export const options = { vus: 1, duration: 'soon' };
export default function () {}
