// k6 reference §1, Response: json() gives the same object each time.
// prints: true
import http from 'k6/http';
export default function () { const r = http.get(`${__ENV.URL}/json`); console.log(r.json() === r.json()); }
