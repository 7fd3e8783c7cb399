// k6 reference §1, Response: html gives a selection.
// prints: Heading 3
import http from 'k6/http';
export default function () {
    const r = http.get(`${__ENV.URL}/html`);
    console.log(r.html('h1').text(), r.html().find('li').size());
}
