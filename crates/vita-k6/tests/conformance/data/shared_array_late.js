// k6 reference §1, k6/data: shared arrays are made in init code.
// prints: refused
import { SharedArray } from 'k6/data';
export default function () {
    try { new SharedArray('late', () => [1]); } catch (e) { console.log('refused'); }
}
