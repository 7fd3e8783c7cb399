// k6 reference §2, options: noVUConnectionReuse connects for each iteration.
// prints: true false
// prints: true false
import http from 'k6/http';
export const options = { iterations: 2, noVUConnectionReuse: true };
export default function () {
    const connected = () => http.get(`${__ENV.URL}/json`).timings.connecting > 0;
    console.log(connected(), connected());
}
