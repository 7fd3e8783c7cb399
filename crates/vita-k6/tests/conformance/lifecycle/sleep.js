// k6 reference §1, k6: sleep takes seconds.
// prints: true
// metric iteration_duration: min>=50
import { sleep } from 'k6';
export default function () {
    const start = Date.now();
    sleep(0.05);
    console.log(Date.now() - start >= 49);
}
