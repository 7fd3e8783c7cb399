// k6 reference §4, published scripts: cookies that are set, sent, and read from the jar.
// check has cookie: 1/0
// check jar has it: 1/0
// check sent by hand: 1/0
import http from 'k6/http';
import { check } from 'k6';
export default function () {
    const r = http.get(`${__ENV.URL}/cookies/set?session=abc`);
    const jar = http.cookieJar();
    check(r, {
        'has cookie': () => r.json('cookies.session') === 'abc',
        'jar has it': () => jar.cookiesForURL(__ENV.URL).session[0] === 'abc',
    });
    const other = http.get(`${__ENV.URL}/cookies`, { cookies: { extra: 'x' } });
    check(other, { 'sent by hand': () => other.json('cookies.extra') === 'x' && other.json('cookies.session') === 'abc' });
}
