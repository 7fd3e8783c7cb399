// k6 reference §3, number rules: summaryTimeUnit gives two decimals in one unit.
// summary: mine…: avg=1500.00ms
import { Trend } from 'k6/metrics';
const mine = new Trend('mine', true);
export const options = { summaryTimeUnit: 'ms' };
export default function () { mine.add(1500); }
