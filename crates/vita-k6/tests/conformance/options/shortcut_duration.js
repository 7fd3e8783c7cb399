// k6 reference §2, options: duration is constant-vus.
// prints: constant-vus
import exec from 'k6/execution';
import { sleep } from 'k6';
export const options = { vus: 1, duration: '1s' };
export default function () { console.log(exec.scenario.executor); sleep(1.1); }
