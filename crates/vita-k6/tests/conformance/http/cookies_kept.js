// k6 reference §1, CookieJar: cookies of an answer are sent with the next request.
// prints: {"a":"1","b":"2"}
import http from 'k6/http';
export default function () {
    http.get(`${__ENV.URL}/cookies/set?a=1&b=2`);
    console.log(JSON.stringify(http.get(`${__ENV.URL}/cookies`).json('cookies')));
}
