// k6 reference §2, exit codes: setup that takes too long is 100.
// exit: 100
// says: setup
import { sleep } from 'k6';
export const options = { setupTimeout: '50ms' };
export function setup() { sleep(5); }
export default function () { console.log('ran'); }
