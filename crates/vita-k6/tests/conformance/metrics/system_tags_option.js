// k6 reference §2, options: systemTags says which tags samples have.
// tags http_reqs: ip method
// points http_reqs{ip:127.0.0.1,method:GET}: 1
import http from 'k6/http';
export const options = { systemTags: ['method', 'ip'] };
export default function () { http.get(`${__ENV.URL}/json`); }
