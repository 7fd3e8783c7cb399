// k6 reference §1, k6: group returns its function's value.
// prints: 42
// metric group_duration: avg>=0
import { group } from 'k6';
export default function () {
    console.log(group('g', () => 42));
}
