// k6 reference §1, k6/html: filter, not, has, is, eq, slice.
// prints: b a,c true b b,c u
import { parseHTML } from 'k6/html';
const names = (s) => s.map((i, e) => e.attr('id')).join();
export default function () {
    const doc = parseHTML('<ul id="u"><li id="a">1</li><li id="b" class="x">2</li><li id="c">3</li></ul><ol id="o"></ol>');
    const li = doc.find('li');
    console.log(names(li.filter('.x')), names(li.not('.x')), li.is('.x'), li.eq(1).attr('id'), names(li.slice(1)), names(doc.find('ul, ol').has('li')));
}
