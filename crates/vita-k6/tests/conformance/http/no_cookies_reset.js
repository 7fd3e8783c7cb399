// k6 reference §2, options: noCookiesReset keeps cookies over iterations.
// prints: {}
// prints: {"a":"1"}
import http from 'k6/http';
export const options = { iterations: 2, noCookiesReset: true };
export default function () {
    console.log(JSON.stringify(http.get(`${__ENV.URL}/cookies`).json('cookies')));
    http.get(`${__ENV.URL}/cookies/set?a=1`);
}
