// k6 reference §1, k6/http: the name of the tagged template has `${}` for each value.
// points http_reqs{name:${}/anything/${}}: 2
import http from 'k6/http';
export default function () {
    for (const id of [1, 2]) http.get(http.url`${__ENV.URL}/anything/${id}`);
}
