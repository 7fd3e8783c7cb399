// k6 reference §1, k6/data: a shared array is built once and read by all.
// order: any
// prints: built
// prints: 3 b true
// prints: 3 b true
import { SharedArray } from 'k6/data';
export const options = { scenarios: { a: { executor: 'per-vu-iterations', vus: 2 } } };
const data = new SharedArray('names', () => { console.log('built'); return [{ n: 'a' }, { n: 'b' }, { n: 'c' }]; });
export default function () { console.log(data.length, data[1].n, [...data].length === 3); }
