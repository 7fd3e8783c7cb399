// k6 reference §1, import rules: a name that a built-in module doesn't have is undefined.
// prints: undefined
import { noSuchName } from 'k6/http';
export default function () { console.log(typeof noSuchName); }
