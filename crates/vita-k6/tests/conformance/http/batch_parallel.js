// k6 reference §1, k6/http: the requests of a batch run at the same time.
// prints: true
import http from 'k6/http';
export default function () {
    const start = Date.now();
    http.batch(Array(6).fill(`${__ENV.URL}/delay/300`));
    console.log(Date.now() - start < 1500);
}
