// k6 reference §4, published scripts: basic authentication, by the address and by a header.
// check by address: 1/0
// check by header: 1/0
import http from 'k6/http';
import encoding from 'k6/encoding';
import { check } from 'k6';
export default function () {
    const url = `${__ENV.URL}/basic-auth/user/passwd`;
    check(http.get(url.replace('://', '://user:passwd@')), { 'by address': (r) => r.json('authenticated') === true });
    const Authorization = `Basic ${encoding.b64encode('user:passwd')}`;
    check(http.get(url, { headers: { Authorization } }), { 'by header': (r) => r.json('user') === 'user' });
}
