// k6 reference §1, k6/http: asyncRequest gives a promise.
// prints: true
// prints: 200 GET
import http from 'k6/http';
export default async function () {
    const promise = http.asyncRequest('GET', `${__ENV.URL}/anything`);
    console.log(promise instanceof Promise);
    const r = await promise;
    console.log(r.status, r.json('method'));
}
