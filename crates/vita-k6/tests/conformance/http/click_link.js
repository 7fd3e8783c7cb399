// k6 reference §1, Response: clickLink follows a link.
// prints: /anything/next yes
import http from 'k6/http';
export default function () {
    const r = http.get(`${__ENV.URL}/html`).clickLink({ selector: 'a.next', params: { headers: { 'X-P': 'yes' } } });
    console.log(r.json('path'), r.json('headers.X-P'));
}
