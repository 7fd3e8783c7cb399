// k6 reference §1, k6/timers: setTimeout and clearTimeout, with arguments.
// prints: a 1
import { setTimeout, clearTimeout } from 'k6/timers';
export default function () {
    setTimeout((x) => console.log('a', x), 10, 1);
    clearTimeout(setTimeout(() => console.log('never'), 5));
}
