// k6 reference §2, thresholds: an unknown metric is 104 before the run.
// exit: 104
// error: nope
export const options = { thresholds: { nope: ['count>1'] } };
export default function () { console.log('ran'); }
