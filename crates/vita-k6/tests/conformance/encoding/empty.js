// k6 reference §1, k6/encoding: an empty text, and one with umlauts.
// prints: "" w7w=
import { b64encode } from 'k6/encoding';
export default function () { console.log(JSON.stringify(b64encode('')), b64encode('ü')); }
