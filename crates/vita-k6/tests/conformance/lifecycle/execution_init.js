// k6 reference §1, k6/execution: scenario and instance are not there in init code.
// prints: refused
// prints: ran
import exec from 'k6/execution';
if (__VU > 0) {
    try { exec.scenario.name; } catch (e) { console.log('refused'); }
}
export default function () { console.log('ran'); }
