// k6 reference §2, options: rps limits the requests of all virtual users.
// prints: true
import http from 'k6/http';
export const options = { rps: 20 };
export default function () {
    const start = Date.now();
    for (let i = 0; i < 4; i++) http.get(`${__ENV.URL}/text`);
    console.log(Date.now() - start >= 100);
}
