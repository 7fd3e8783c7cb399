// k6 reference §6, http: a connection is reused by its virtual user.
// prints: true
// prints: false
import http from 'k6/http';
export const options = { iterations: 2 };
export default function () {
    console.log(http.get(`${__ENV.URL}/json`).timings.connecting > 0);
}
