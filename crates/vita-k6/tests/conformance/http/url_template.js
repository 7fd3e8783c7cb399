// k6 reference §1, k6/http: the tagged template url puts placeholders into the name.
// env: BASE=x
// prints: 2
// metric http_reqs{name:http://localhost/${}}: absent
import http from 'k6/http';
export default function () {
    const id = 2;
    const u = http.url`${__ENV.URL}/anything/${id}`;
    console.log(http.get(u).json('path').split('/').pop());
}
