// k6 reference §1, k6/html: an element answers as in the DOM.
// prints: a /x yes true 1
import { parseHTML } from 'k6/html';
export default function () {
    const a = parseHTML('<a id="i" href="/x" class="c"><b>yes</b></a>').find('a').get(0);
    console.log(a.nodeName().toLowerCase(), a.getAttribute('href'), a.textContent(), a.hasAttribute('class'), a.childElementCount());
}
