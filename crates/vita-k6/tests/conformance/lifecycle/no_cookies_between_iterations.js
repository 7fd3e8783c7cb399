// k6 reference §6, http: cookies are reset for each iteration.
// prints: {}
// prints: {}
import http from 'k6/http';
export const options = { iterations: 2 };
export default function () {
    const got = http.get(`${__ENV.URL}/cookies`).json('cookies');
    console.log(JSON.stringify(got));
    http.get(`${__ENV.URL}/cookies/set?a=1`);
}
