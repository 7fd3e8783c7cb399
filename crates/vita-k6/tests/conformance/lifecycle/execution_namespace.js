// k6 reference §1, import rules: `import * as` of k6/execution has no default.
// differs: `import *` of a module with named exports has a `default`, as a default import of it must work
// prints: undefined 1
import * as exec from 'k6/execution';
export default function () {
    console.log(exec.default, exec.vu.idInTest);
}
