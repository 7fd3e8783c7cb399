// k6 reference §1, k6/execution: test.options has scenarios instead of shortcuts, null for what is unset, and is frozen.
// prints: null null shared-iterations 2 3
// prints: null true
// prints: TypeError
import exec from 'k6/execution';
export const options = { vus: 2, iterations: 3 };
export default function () {
    if (exec.scenario.iterationInTest > 0) return;
    const o = exec.test.options;
    console.log(o.vus, o.iterations, o.scenarios.default.executor, o.scenarios.default.vus, o.scenarios.default.iterations);
    console.log(o.userAgent, Object.isFrozen(o));
    try { o.vus = 5; } catch (e) { console.log(e.name); }
}
