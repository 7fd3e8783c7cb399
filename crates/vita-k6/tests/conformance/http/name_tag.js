// k6 reference §1, params: the tag `name` replaces the address in samples, and `url` with it.
// points http_reqs{name:items,url:items}: 2
import http from 'k6/http';
export default function () {
    for (const id of [1, 2]) http.get(`${__ENV.URL}/anything/${id}`, { tags: { name: 'items' } });
}
