// k6 reference §1, Response: json of what is no JSON with a path is undefined.
// prints: undefined
import http from 'k6/http';
export default function () {
    console.log(typeof http.get(`${__ENV.URL}/text`).json('a'));
}
