// k6 reference §1, k6/http: a response tells of its request.
// prints: POST true hello ["1"] true
import http from 'k6/http';
export default function () {
    const url = `${__ENV.URL}/anything`;
    const q = http.post(url, 'hello', { headers: { 'X-Mine': '1' } }).request;
    console.log(q.method, q.url === url, q.body, JSON.stringify(q.headers['X-Mine']), 'User-Agent' in q.headers);
}
