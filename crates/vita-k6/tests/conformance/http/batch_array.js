// k6 reference §1, k6/http: batch of an array gives an array, whatever the entries' form.
// prints: true 200,200,404
// prints: b
import http from 'k6/http';
export default function () {
    const u = __ENV.URL;
    const all = http.batch([`${u}/json`, ['POST', `${u}/anything`, 'b'], { method: 'GET', url: `${u}/status/404` }]);
    console.log(Array.isArray(all), all.map((r) => r.status).join());
    console.log(all[1].json('data'));
}
