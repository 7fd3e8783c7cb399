// k6 reference §2, options: the config file is weaker than the script.
// config: {"iterations":9,"userAgent":"file"}
// metric iterations: count=2
// prints: file
// prints: file
import exec from 'k6/execution';
export const options = { iterations: 2 };
export default function () { console.log(exec.test.options.userAgent); }
