// k6 reference §1, import rules: modules beside the script.
// prints: 3 value
import { add, value } from '../files/add.js';
export default function () { console.log(add(1, 2), value); }
