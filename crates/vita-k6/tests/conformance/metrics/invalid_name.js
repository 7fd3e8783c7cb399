// k6 reference §1, k6/metrics: a name has letters, digits and underscores.
// exit: 107
// error: bad name!
import { Counter } from 'k6/metrics';
new Counter('bad name!');
export default function () {}
