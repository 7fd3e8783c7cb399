// k6 reference §1, k6/http: each method has its function.
// prints: GET,POST,PUT,PATCH,DELETE,OPTIONS,TRACE
// prints: 200 true
import http from 'k6/http';
export default function () {
    const url = `${__ENV.URL}/anything`;
    const all = [http.get(url), http.post(url), http.put(url), http.patch(url), http.del(url), http.options(url), http.request('TRACE', url)];
    console.log(all.map((r) => r.json('method')).join());
    const head = http.head(url);
    console.log(head.status, head.body === null || head.body === '');
}
