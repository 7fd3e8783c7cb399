// k6 reference §1, k6/timers: setInterval repeats until clearInterval.
// prints: 1
// prints: 2
// prints: 3
import { setInterval, clearInterval } from 'k6/timers';
export default function () {
    let n = 0;
    const id = setInterval(() => { console.log(++n); if (n === 3) clearInterval(id); }, 5);
}
