// k6 reference §1, remote imports: another address is refused with a clear message.
// exit: 107
// error: https://example.test/lib.js
import 'https://example.test/lib.js';
export default function () {}
