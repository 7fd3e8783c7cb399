// k6 reference §2, options: insecureSkipTLSVerify takes any certificate, and HTTP/2 is spoken where it is offered.
// prints: 200 HTTP/2.0 tls1.3 true true
// points http_reqs{proto:HTTP/2.0,tls_version:tls1.3}: 1
import http from 'k6/http';
export const options = { insecureSkipTLSVerify: true };
export default function () {
    const r = http.get(`${__ENV.TLS_URL}/json`);
    console.log(r.status, r.proto, r.tls_version, r.tls_cipher_suite.startsWith('TLS_'), r.timings.tls_handshaking > 0);
}
