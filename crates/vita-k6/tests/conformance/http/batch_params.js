// k6 reference §1, k6/http: a request of a batch has params of its own.
// points http_reqs{part:a}: 1
// points http_reqs{part:b}: 1
// prints: yes
import http from 'k6/http';
export default function () {
    const u = `${__ENV.URL}/anything`;
    const [, b] = http.batch([['GET', u, null, { tags: { part: 'a' } }], ['GET', u, null, { tags: { part: 'b' }, headers: { 'X-B': 'yes' } }]]);
    console.log(b.json('headers.X-B'));
}
