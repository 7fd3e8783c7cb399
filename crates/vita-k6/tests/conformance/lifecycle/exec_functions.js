// k6 reference §2, executors: `exec` names the exported function.
// order: any
// prints: one
// prints: two
export const options = { scenarios: {
    a: { executor: 'shared-iterations', exec: 'one' },
    b: { executor: 'shared-iterations', exec: 'two' },
} };
export function one() { console.log('one'); }
export function two() { console.log('two'); }
