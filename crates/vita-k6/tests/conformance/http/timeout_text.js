// k6 reference §1, params: timeout may be a text.
// prints: 1050
import http from 'k6/http';
export default function () {
    console.log(http.get(`${__ENV.URL}/delay/5000`, { timeout: '50ms' }).error_code);
}
