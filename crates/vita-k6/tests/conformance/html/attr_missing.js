// k6 reference §1, k6/html: a missing attribute is undefined, or the default.
// prints: true other
import { parseHTML } from 'k6/html';
export default function () {
    const p = parseHTML('<p>x</p>').find('p');
    console.log(p.attr('no') === undefined, p.attr('no', 'other'));
}
