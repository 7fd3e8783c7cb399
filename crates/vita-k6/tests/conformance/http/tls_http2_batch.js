// k6 reference §1, k6/http: the requests of a batch share a connection of HTTP/2.
// prints: HTTP/2.0,HTTP/2.0,HTTP/2.0 together,together,together
import http from 'k6/http';
export const options = { insecureSkipTLSVerify: true };
export default function () {
    const all = http.batch(Array(3).fill(`${__ENV.TLS_URL}/together/3/h2`));
    console.log(all.map((r) => r.proto).join(), all.map((r) => r.body).join());
}
