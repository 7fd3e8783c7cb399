// k6 reference §1, params: a cookie with replace takes the place of the jar's.
// prints: a=new
// prints: 2
import http from 'k6/http';
export default function () {
    http.cookieJar().set(__ENV.URL, 'a', 'old');
    const send = (cookies) => http.get(`${__ENV.URL}/anything`, { cookies }).json('headers.Cookie');
    console.log(send({ a: { value: 'new', replace: true } }));
    console.log(send({ a: 'new' }).split('; ').length);
}
