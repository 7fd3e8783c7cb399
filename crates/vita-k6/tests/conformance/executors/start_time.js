// k6 reference §2, executors: startTime begins a scenario later.
// prints: first
// prints: second true
import exec from 'k6/execution';
export const options = { scenarios: {
    a: { executor: 'shared-iterations', exec: 'first' },
    b: { executor: 'shared-iterations', exec: 'second', startTime: '100ms' },
} };
export function first() { console.log('first'); }
export function second() { console.log('second', exec.instance.currentTestRunDuration >= 100); }
