// k6 reference §2, options: httpDebug prints requests and answers.
// says: GET /text HTTP/1.1
// says: HTTP/1.1 200 OK
import http from 'k6/http';
export const options = { httpDebug: 'full' };
export default function () {
    http.get(`${__ENV.URL}/text`);
}
