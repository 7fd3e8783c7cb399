// k6 reference §1, CookieJar: a cookie is sent where its path, domain and age allow.
// prints: {"here":["1"]}
// prints: {}
import http from 'k6/http';
export default function () {
    const jar = http.cookieJar();
    jar.set(`${__ENV.URL}/a`, 'here', '1', { path: '/a' });
    jar.set(`${__ENV.URL}/a`, 'old', '1', { path: '/a', expires: 'Mon, 02 Jan 2006 15:04:05 GMT' });
    jar.set(`${__ENV.URL}/a`, 'safe', '1', { path: '/a', secure: true });
    console.log(JSON.stringify(jar.cookiesForURL(`${__ENV.URL}/a/b`)));
    console.log(JSON.stringify(jar.cookiesForURL(`${__ENV.URL}/b`)));
}
