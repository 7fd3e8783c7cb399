// k6 reference §1, k6/html: walking from a selection.
// prints: b,c a c b,c b a
// prints: ul li 3 true
import { parseHTML } from 'k6/html';
const names = (s) => s.map((i, e) => e.attr('id')).join();
export default function () {
    const doc = parseHTML('<ul id="u"><li id="a">1</li><li id="b">2</li><li id="c">3</li></ul>');
    const a = doc.find('#a');
    console.log(names(a.siblings()), names(doc.find('#b').prev()), names(doc.find('#b').next()), names(a.nextAll()), names(a.nextUntil('#c')), names(doc.find('#b').prevAll()));
    console.log(a.parent().get(0).nodeName().toLowerCase(), a.get(0).nodeName().toLowerCase(), doc.find('ul').children().size(), a.closest('ul').is('#u'));
}
