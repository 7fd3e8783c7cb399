// k6 reference §2, options: a duration may be a number of milliseconds.
// metric iterations: count>=1, count<20
import { sleep } from 'k6';
export const options = { vus: 1, duration: 1000 };
export default function () { sleep(0.3); }
