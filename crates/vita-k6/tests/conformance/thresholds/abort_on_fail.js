// k6 reference §2, thresholds: abortOnFail ends the run before its time.
// exit: 99
// metric iterations: count<300
import { sleep } from 'k6';
import { Counter } from 'k6/metrics';
const bad = new Counter('bad');
export const options = { vus: 1, duration: '30s', thresholds: { bad: [{ threshold: 'count<1', abortOnFail: true }] } };
export default function () { bad.add(1); sleep(0.05); }
