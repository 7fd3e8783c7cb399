// k6 reference §1, k6/metrics: metrics are made in init code only.
// prints: refused
import { Counter } from 'k6/metrics';
export default function () {
    try { new Counter('late'); } catch (e) { console.log('refused'); }
}
