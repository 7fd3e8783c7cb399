// k6 reference §2, options: noConnectionReuse connects for each request.
// prints: true
// prints: true
import http from 'k6/http';
export const options = { noConnectionReuse: true };
export default function () {
    for (const _ of [1, 2]) console.log(http.get(`${__ENV.URL}/json`).timings.connecting > 0);
}
