// k6 reference §4, published scripts: create, read, change and delete.
// check created: 1/0
// check changed: 1/0
// check gone: 1/0
import http from 'k6/http';
import { check } from 'k6';
export default function () {
    const url = http.url`${__ENV.URL}/anything/items`;
    const params = { headers: { 'Content-Type': 'application/json' } };
    const made = http.post(url, JSON.stringify({ name: 'x' }), params);
    check(made, { created: (r) => r.json('json.name') === 'x' });
    check(http.patch(`${__ENV.URL}/anything/items/1`, JSON.stringify({ name: 'y' }), params), { changed: (r) => r.json('method') === 'PATCH' });
    check(http.del(`${__ENV.URL}/anything/items/1`), { gone: (r) => r.json('method') === 'DELETE' });
}
