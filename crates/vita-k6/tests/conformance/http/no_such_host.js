// k6 reference §1, failed request: a name that isn't known is error code 1101.
// prints: 0 1101
import http from 'k6/http';
export default function () {
    const r = http.get('http://no-such-host.invalid/');
    console.log(r.status, r.error_code);
}
