// k6 reference §2, options: shortcuts of the command line replace scenarios, with a warning.
// flags: {"vus":1,"iterations":2}
// metric iterations: count=2
// says: level=warning
// prints: default
// prints: default
import exec from 'k6/execution';
export const options = { scenarios: { mine: { executor: 'shared-iterations', iterations: 7 } } };
export default function () { console.log(exec.scenario.name); }
