// k6 reference §2, options: K6_STAGES has its own form.
// variable: K6_STAGES=40ms:1,40ms:0
// prints: ramping-vus 2
import exec from 'k6/execution';
import { sleep } from 'k6';
export default function () {
    console.log(exec.scenario.executor, exec.test.options.scenarios.default.stages.length);
    sleep(1);
}
