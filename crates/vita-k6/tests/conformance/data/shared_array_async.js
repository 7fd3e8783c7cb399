// k6 reference §1, k6/data: the function must not be async.
// exit: 107
// error: async
import { SharedArray } from 'k6/data';
new SharedArray('bad', async () => []);
export default function () {}
