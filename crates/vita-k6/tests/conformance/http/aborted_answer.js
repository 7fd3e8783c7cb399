// k6 reference §1, failed request: an answer that breaks off has status 0 or its status, and an error.
// prints: true true
import http from 'k6/http';
export default function () {
    const r = http.get(`${__ENV.URL}/drop`);
    console.log(r.error.length > 0, r.error_code >= 1000);
}
