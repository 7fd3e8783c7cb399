// k6 reference §1, failed request: TLS to a server that doesn't speak it is an error of TLS.
// prints: 0 true
import http from 'k6/http';
export const options = { insecureSkipTLSVerify: true };
export default function () {
    const r = http.get(`${__ENV.URL.replace('http:', 'https:')}/json`);
    console.log(r.status, r.error_code >= 1300 && r.error_code < 1400);
}
