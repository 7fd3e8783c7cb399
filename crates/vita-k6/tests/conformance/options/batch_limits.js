// k6 reference §2, options: batchPerHost limits the requests of a batch at a time.
// prints: true
import http from 'k6/http';
export const options = { batch: 1, batchPerHost: 1 };
export default function () {
    const start = Date.now();
    http.batch(Array(3).fill(`${__ENV.URL}/delay/40`));
    console.log(Date.now() - start >= 120);
}
