// k6 reference §2, options: hosts gives names addresses.
// prints: 200 my.test
import http from 'k6/http';
export const options = { hosts: { 'my.test': __ENV.HOST } };
export default function () {
    const r = http.get('http://my.test/anything');
    console.log(r.status, r.json('headers.Host'));
}
