// k6 reference §1, k6/data: an element of a shared array is read-only.
// differs: an element is a copy that a script may change without effect
// prints: true
import { SharedArray } from 'k6/data';
const data = new SharedArray('numbers', () => [{ n: 1 }]);
export default function () { console.log(Object.isFrozen(data[0])); }
