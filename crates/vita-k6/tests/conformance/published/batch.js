// k6 reference §4, published scripts: several requests at once, checked one by one.
// check main page is 200: 1/0
// check json has a title: 1/0
import http from 'k6/http';
import { check } from 'k6';
export default function () {
    const [page, json] = http.batch([
        ['GET', `${__ENV.URL}/html`, null, { tags: { type: 'page' } }],
        ['GET', `${__ENV.URL}/json`, null, { tags: { type: 'data' } }],
    ]);
    check(page, { 'main page is 200': (r) => r.status === 200 });
    check(json, { 'json has a title': (r) => r.json().slideshow.title === 'Sample' });
}
