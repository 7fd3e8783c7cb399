// k6 reference §1, remote imports: k6-summary makes the classic layout.
// summary:      ✓ ok
// summary:   ✓ checks…: 100.00% ✓ 1…✗ 0
// summary:      iterations…: 1
import { check } from 'k6';
import { textSummary } from 'https://jslib.k6.io/k6-summary/0.1.0/index.js';
export const options = { thresholds: { checks: ['rate==1'] } };
export default function () { check(1, { ok: true }); }
export function handleSummary(data) { return { stdout: textSummary(data, { indent: ' ', enableColors: false }) }; }
