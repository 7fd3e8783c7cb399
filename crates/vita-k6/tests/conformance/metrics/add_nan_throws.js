// k6 reference §1, k6/metrics: with `throw` what is no number is an exception.
// prints: threw
import { Counter } from 'k6/metrics';
const mine = new Counter('mine');
export const options = { throw: true };
export default function () {
    try { mine.add(NaN); } catch (e) { console.log('threw'); }
}
