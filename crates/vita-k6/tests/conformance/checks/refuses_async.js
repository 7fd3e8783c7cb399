// k6 reference §1, k6: check refuses async functions.
// prints: refused
// metric iterations: count=1
import { check } from 'k6';
export default function () {
    try { check(1, { a: async () => true }); } catch (e) { console.log('refused'); }
}
