// k6 reference §1, k6/execution: the scenario's name, executor, times and numbers.
// prints: mine shared-iterations true true 0 0
// prints: mine shared-iterations true true 1 1
import exec from 'k6/execution';
export const options = { scenarios: { mine: { executor: 'shared-iterations', iterations: 2 } } };
export default function () {
    const s = exec.scenario;
    const started = typeof s.startTime === 'number' && s.startTime <= Date.now();
    console.log(s.name, s.executor, started, s.progress >= 0 && s.progress <= 1, s.iterationInInstance, s.iterationInTest);
}
