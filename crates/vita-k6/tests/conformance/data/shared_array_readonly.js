// k6 reference §1, k6/data: a shared array can't be changed, and its elements are copies.
// prints: 1
import { SharedArray } from 'k6/data';
const data = new SharedArray('numbers', () => [{ n: 1 }]);
export default function () {
    try { data[0].n = 2; } catch (e) { /* frozen */ }
    try { data[0] = { n: 3 }; } catch (e) { /* read-only */ }
    console.log(data[0].n);
}
