// k6 reference §1, k6/html: text, html, attr, data, val.
// prints: a b a <b>b</b> /x 3 v
import { parseHTML } from 'k6/html';
export default function () {
    const doc = parseHTML('<p data-n="3" title="/x">a <b>b</b></p><input value="v">');
    const p = doc.find('p');
    console.log(p.text(), p.html(), p.attr('title'), p.data('n'), doc.find('input').val());
}
