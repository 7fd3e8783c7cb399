// k6 reference §1, k6/http: batch of an object gives an object with the same names.
// prints: front,api 200 PUT
import http from 'k6/http';
export default function () {
    const all = http.batch({ front: `${__ENV.URL}/html`, api: { method: 'PUT', url: `${__ENV.URL}/anything`, body: 'z' } });
    console.log(Object.keys(all).join(), all.front.status, all.api.json('method'));
}
