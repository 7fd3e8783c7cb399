// k6 reference §1, k6/http: the requests of a batch run at the same time.
// prints: together,together,together,together
import http from 'k6/http';
export default function () {
    const all = http.batch(Array(4).fill(`${__ENV.URL}/together/4/batch`));
    console.log(all.map((r) => r.body).join());
}
