// k6 reference §2, thresholds: delayAbortEval puts the abort off.
// exit: 99
// metric iterations: count=3
import { Counter } from 'k6/metrics';
const bad = new Counter('bad');
export const options = { iterations: 3, thresholds: { bad: [{ threshold: 'count<1', abortOnFail: true, delayAbortEval: '1m' }] } };
export default function () { bad.add(1); }
