// k6 reference §2, thresholds: an entry may be an object.
// exit: 99
export const options = { thresholds: { iterations: [{ threshold: 'count>5', abortOnFail: false }] } };
export default function () {}
