// k6 reference §1, k6: randomSeed makes Math.random repeat itself.
// prints: true
// prints: true
import { randomSeed } from 'k6';
export default function () {
    const draw = () => [Math.random(), Math.random()].join();
    randomSeed(7);
    const first = draw();
    randomSeed(7);
    const second = draw();
    randomSeed(8);
    console.log(first === second);
    console.log(first !== draw());
}
