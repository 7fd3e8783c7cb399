// k6 reference §2, --out csv: a check's name has its column.
// output: csv
// sample: checks,1…,1.000000,is ok,,,,,,,,default,
import { check } from 'k6';
export default function () { check(1, { 'is ok': true }); }
