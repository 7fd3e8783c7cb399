// k6 reference §3, number rules: rates are cut to two decimals.
// summary: my_rate…: 66.66% 2 out of 3
import { Rate } from 'k6/metrics';
const r = new Rate('my_rate');
export default function () { r.add(1); r.add(1); r.add(0); }
