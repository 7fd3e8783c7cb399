// k6 reference §1, CookieJar: set, cookiesForURL, delete and clear.
// prints: {"a":["1"],"b":["2"]}
// prints: {"b":["2"]}
// prints: {}
import http from 'k6/http';
export default function () {
    const jar = http.cookieJar();
    jar.set(__ENV.URL, 'a', '1');
    jar.set(__ENV.URL, 'b', '2', { path: '/' });
    const all = () => {
        const found = jar.cookiesForURL(`${__ENV.URL}/x`);
        return JSON.stringify(Object.fromEntries(Object.entries(found).sort()));
    };
    console.log(all());
    jar.delete(__ENV.URL, 'a');
    console.log(all());
    jar.clear(__ENV.URL);
    console.log(all());
}
