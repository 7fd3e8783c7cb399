// k6 reference §2, options: K6_… is stronger than the script.
// exit: 0
// variable: K6_THRESHOLDS={"iterations":["count==1"]}
export const options = { thresholds: { iterations: ['count>5'] } };
export default function () {}
