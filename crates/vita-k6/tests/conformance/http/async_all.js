// k6 reference §1, k6/http: requests in the background run beside each other.
// prints: together,together,together
import http from 'k6/http';
export default async function () {
    const one = () => http.asyncRequest('GET', `${__ENV.URL}/together/3/async`);
    const all = await Promise.all([one(), one(), one()]);
    console.log(all.map((r) => r.body).join());
}
