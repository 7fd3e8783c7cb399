// k6 reference §1, params: cookies are sent with one request only.
// prints: {"one":"x"}
// prints: {}
import http from 'k6/http';
export default function () {
    console.log(JSON.stringify(http.get(`${__ENV.URL}/cookies`, { cookies: { one: 'x' } }).json('cookies')));
    console.log(JSON.stringify(http.get(`${__ENV.URL}/cookies`).json('cookies')));
}
