// k6 reference §1, Response: status_text has the status and its name.
// prints: 201 Created
// prints: 418 I'm a teapot
import http from 'k6/http';
export default function () {
    for (const code of [201, 418]) console.log(http.get(`${__ENV.URL}/status/${code}`).status_text);
}
