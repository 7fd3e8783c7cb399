// k6 reference §1, k6/data: an element of a shared array is read-only, with everything in it.
// prints: true true true
// prints: TypeError
// prints: TypeError
// prints: 1 2
import { SharedArray } from 'k6/data';
const data = new SharedArray('numbers', () => [{ n: 1, inner: { list: [2] } }]);
export default function () {
    const element = data[0];
    console.log(Object.isFrozen(element), Object.isFrozen(element.inner), Object.isFrozen(element.inner.list));
    for (const change of [() => { element.n = 7; }, () => { element.inner.list.push(7); }]) {
        try { change(); } catch (error) { console.log(error.name); }
    }
    console.log(data[0].n, data[0].inner.list[0]);
}
