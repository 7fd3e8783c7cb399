// k6 reference §4, published scripts: digest authentication, right and wrong.
// check let in: 1/0
// check kept out: 1/0
import http from 'k6/http';
import { check } from 'k6';
export default function () {
    const at = (who) => `${__ENV.URL.replace('://', `://${who}@`)}/digest-auth/user/passwd`;
    check(http.get(at('user:passwd'), { auth: 'digest' }), { 'let in': (r) => r.status === 200 });
    check(http.get(at('user:wrong'), { auth: 'digest' }), { 'kept out': (r) => r.status === 401 });
}
