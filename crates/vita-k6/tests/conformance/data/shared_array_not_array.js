// k6 reference §1, k6/data: the function must give an array.
// exit: 107
// error: array
import { SharedArray } from 'k6/data';
new SharedArray('bad', () => ({ a: 1 }));
export default function () {}
