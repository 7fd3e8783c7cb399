// k6 reference §1, k6/http: a response has its fields in k6's order.
// prints: remote_ip,remote_port,url,status,status_text,proto,headers,cookies,body,timings,tls_version,tls_cipher_suite,ocsp,error,error_code,request
// prints: duration,blocked,looking_up,connecting,tls_handshaking,sending,waiting,receiving
// prints: method,url,headers,body,cookies
// prints: 127.0.0.1 number 200 200 OK HTTP/1.1 "" 0 ""
import http from 'k6/http';
export default function () {
    const r = http.get(`${__ENV.URL}/json`);
    console.log(Object.keys(r).join());
    console.log(Object.keys(r.timings).join());
    console.log(Object.keys(r.request).join());
    console.log(r.remote_ip, typeof r.remote_port, r.status, r.status_text, r.proto, JSON.stringify(r.error), r.error_code, JSON.stringify(r.tls_version));
}
