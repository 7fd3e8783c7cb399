// k6 reference §1, body: an object is urlencoded, and arrays repeat the key.
// prints: a=x+y&b=1&b=2 application/x-www-form-urlencoded
// prints: {"a":"x y","b":["1","2"]}
import http from 'k6/http';
export default function () {
    const r = http.post(`${__ENV.URL}/anything`, { a: 'x y', b: [1, 2] });
    console.log(r.json('data'), r.json('headers.Content-Type'));
    console.log(JSON.stringify(r.json('form')));
}
