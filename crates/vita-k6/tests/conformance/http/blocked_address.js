// k6 reference §2, options: blacklistIPs refuses addresses, with error code 1110.
// prints: 0 1110
import http from 'k6/http';
export const options = { blacklistIPs: ['127.0.0.0/8'] };
export default function () {
    const r = http.get(`${__ENV.URL}/json`);
    console.log(r.status, r.error_code);
}
