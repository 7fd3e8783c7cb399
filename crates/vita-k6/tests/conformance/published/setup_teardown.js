// k6 reference §4, published scripts: setup logs in for all, teardown cleans up.
// check has token: 3/0
// prints: cleaned token-1
import http from 'k6/http';
import { check } from 'k6';
export const options = { vus: 3, iterations: 3 };
export function setup() {
    const r = http.post(`${__ENV.URL}/login`, JSON.stringify({ user: 'admin', password: 'right' }), { headers: { 'Content-Type': 'application/json' } });
    return { token: r.json('access') };
}
export default function (data) {
    check(http.get(`${__ENV.URL}/bearer`, { headers: { Authorization: `Bearer ${data.token}` } }), { 'has token': (r) => r.json('token') === 'token-1' });
}
export function teardown(data) { console.log('cleaned', data.token); }
