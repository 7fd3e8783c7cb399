// k6 reference §1, k6/metrics: a gauge keeps its last, least and greatest value.
// metric mine: value=2, min=1, max=5
import { Gauge } from 'k6/metrics';
const mine = new Gauge('mine');
export default function () { for (const v of [1, 5, 2]) mine.add(v); }
