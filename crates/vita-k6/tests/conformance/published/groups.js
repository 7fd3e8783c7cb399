// k6 reference §4, published scripts: a journey in groups.
// check front ok: 1/0
// check list ok: 1/0
// check detail ok: 1/0
// points group_duration{group:::visit::detail}: 1
// metric group_duration: avg>0
import http from 'k6/http';
import { check, group, sleep } from 'k6';
const ok = (name, path) => check(http.get(`${__ENV.URL}${path}`), { [name]: (r) => r.status === 200 });
export default function () {
    group('visit', () => {
        group('front', () => ok('front ok', '/html'));
        group('list', () => ok('list ok', '/json'));
        group('detail', () => { ok('detail ok', '/anything/1'); sleep(0.01); });
    });
}
