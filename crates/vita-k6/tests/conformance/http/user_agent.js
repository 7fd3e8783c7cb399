// k6 reference §2, options: userAgent is sent, unless a header says else.
// prints: mine/1.0
// prints: other
import http from 'k6/http';
export const options = { userAgent: 'mine/1.0' };
export default function () {
    const got = (headers) => http.get(`${__ENV.URL}/anything`, { headers }).json('headers.User-Agent');
    console.log(got({}));
    console.log(got({ 'User-Agent': 'other' }));
}
