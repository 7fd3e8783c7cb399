// k6 reference §1, k6/http: the constants of TLS and OCSP.
// prints: tls1.0 tls1.1 tls1.2 tls1.3
// prints: good revoked unknown server_failed
import http from 'k6/http';
export default function () {
    console.log(http.TLS_1_0, http.TLS_1_1, http.TLS_1_2, http.TLS_1_3);
    console.log(http.OCSP_STATUS_GOOD, http.OCSP_STATUS_REVOKED, http.OCSP_STATUS_UNKNOWN, http.OCSP_STATUS_SERVER_FAILED);
}
