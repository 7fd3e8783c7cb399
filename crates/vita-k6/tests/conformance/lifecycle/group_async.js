// k6 reference §1, k6: group refuses async functions.
// prints: refused
import { group } from 'k6';
export default function () {
    try { group('g', async () => 1); } catch (e) { console.log('refused'); }
}
