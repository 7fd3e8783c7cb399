// k6 reference §2, executors: a scenario has variables of its own.
// order: any
// prints: a from a, kept
// prints: b from outside, kept
// env: WHO=outside
// env: OTHER=kept
import exec from 'k6/execution';
export const options = { scenarios: {
    a: { executor: 'shared-iterations', env: { WHO: 'a' } },
    b: { executor: 'shared-iterations' },
} };
export default function () { console.log(`${exec.scenario.name} from ${__ENV.WHO}, ${__ENV.OTHER}`); }
