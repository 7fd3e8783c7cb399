// k6 reference §2, thresholds: a text that can't be read is 104 before the run.
// exit: 104
// error: about ten
export const options = { thresholds: { http_reqs: ['count about ten'] } };
export default function () {}
