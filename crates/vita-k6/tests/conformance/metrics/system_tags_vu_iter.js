// k6 reference §2, metrics: vu and iter are system tags that are off by default.
// differs: `vu` and `iter` are metadata of the virtual user, which no output has
// tags http_reqs: iter method vu
import http from 'k6/http';
export const options = { systemTags: ['method', 'vu', 'iter'] };
export default function () { http.get(`${__ENV.URL}/json`); }
