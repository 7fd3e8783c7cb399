// k6 reference §3, number rules: other numbers have up to six decimals.
// summary: plain…: avg=3…min=3
// summary: third…: avg=0.333333
import { Trend } from 'k6/metrics';
const plain = new Trend('plain'), third = new Trend('third');
export default function () { plain.add(3); third.add(1 / 3); }
