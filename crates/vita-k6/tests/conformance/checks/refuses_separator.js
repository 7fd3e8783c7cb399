// k6 reference §1, k6: names of checks may not contain `::`.
// prints: refused
import { check } from 'k6';
export default function () {
    try { check(1, { 'a::b': true }); } catch (e) { console.log('refused'); }
}
