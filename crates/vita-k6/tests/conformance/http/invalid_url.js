// k6 reference §1, failed request: an address that is none is error code 1020.
// prints: 0 1020
import http from 'k6/http';
export default function () {
    const r = http.get('http://:::bad');
    console.log(r.status, r.error_code);
}
