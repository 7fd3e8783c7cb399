// k6 reference §1, params: a request may have a jar of its own.
// prints: {"mine":"1"} {}
import http from 'k6/http';
export default function () {
    const jar = new http.CookieJar();
    jar.set(__ENV.URL, 'mine', '1');
    const got = (params) => JSON.stringify(http.get(`${__ENV.URL}/cookies`, params).json('cookies'));
    console.log(got({ jar }), got({}));
}
