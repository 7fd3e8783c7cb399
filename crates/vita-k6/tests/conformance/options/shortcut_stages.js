// k6 reference §2, options: stages are ramping-vus.
// prints: ramping-vus
import exec from 'k6/execution';
import { sleep } from 'k6';
export const options = { stages: [{ duration: '100ms', target: 1 }] };
export default function () { console.log(exec.scenario.executor); sleep(0.3); }
