// k6 reference §2, options: tlsVersion says which versions of TLS are spoken.
// prints: tls1.2 true
import http from 'k6/http';
export const options = { insecureSkipTLSVerify: true, tlsVersion: http.TLS_1_2 };
export default function () {
    const r = http.get(`${__ENV.TLS_URL}/json`);
    console.log(r.tls_version, r.tls_version === http.TLS_1_2);
}
