// k6 reference §4, published scripts: log in, carry the token, read, check each step.
// check logged in: 2/0
// check is me: 2/0
// check refused: 2/0
// metric http_req_failed: passes=2, fails=4
import http from 'k6/http';
import { check, group } from 'k6';
export const options = { vus: 2, iterations: 2, thresholds: { checks: ['rate==1'] } };
const json = { headers: { 'Content-Type': 'application/json' } };
export default function () {
    let token;
    group('login', () => {
        const r = http.post(`${__ENV.URL}/login`, JSON.stringify({ user: 'me', password: 'right' }), json);
        check(r, { 'logged in': () => r.status === 200 && r.json('access') !== '' });
        token = r.json('access');
    });
    const me = http.get(`${__ENV.URL}/bearer`, { headers: { Authorization: `Bearer ${token}` } });
    check(me, { 'is me': () => me.json('token') === token });
    const bad = http.post(`${__ENV.URL}/login`, JSON.stringify({ user: 'me', password: 'wrong' }), json);
    check(bad, { refused: () => bad.status === 403 });
}
