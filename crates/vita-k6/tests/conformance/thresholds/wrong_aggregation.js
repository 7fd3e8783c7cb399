// k6 reference §2, thresholds: an aggregation of another type is 104 before the run.
// exit: 104
// error: p(95)
export const options = { thresholds: { http_reqs: ['p(95)<1'] } };
export default function () { console.log('ran'); }
