// k6 reference §1, lifecycle: group throws in init code.
// exit: 107
// error: init
import { group } from 'k6';
group('g', () => 1);
export default function () {}
