// k6 reference §1, params: a Host header replaces the address's.
// prints: elsewhere.test
import http from 'k6/http';
export default function () {
    console.log(http.get(`${__ENV.URL}/anything`, { headers: { Host: 'elsewhere.test' } }).json('headers.Host'));
}
