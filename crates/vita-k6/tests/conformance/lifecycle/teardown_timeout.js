// k6 reference §2, exit codes: teardown that takes too long is 101.
// exit: 101
// says: teardown
// metric iterations: count=1
import { sleep } from 'k6';
export const options = { teardownTimeout: '50ms' };
export default function () {}
export function teardown() { sleep(5); }
