// k6 reference §1, k6/html: parseHTML gives a selection.
// prints: one two
// prints: 2
import { parseHTML } from 'k6/html';
export default function () {
    const doc = parseHTML('<ul><li>one</li><li>two</li></ul>');
    console.log(doc.find('li').first().text(), doc.find('li').last().text());
    console.log(doc.find('li').size());
}
