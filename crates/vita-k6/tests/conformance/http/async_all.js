// k6 reference §1, k6/http: requests in the background run beside each other.
// prints: 200,200,200 true
import http from 'k6/http';
export default async function () {
    const start = Date.now();
    const one = () => http.asyncRequest('GET', `${__ENV.URL}/delay/300`);
    const all = await Promise.all([one(), one(), one()]);
    console.log(all.map((r) => r.status).join(), Date.now() - start < 850);
}
