// k6 reference §1, params: responseType binary gives an ArrayBuffer.
// prints: true 5 7
import http from 'k6/http';
export default function () {
    const r = http.get(`${__ENV.URL}/bytes/5`, { responseType: 'binary' });
    console.log(r.body instanceof ArrayBuffer, r.body.byteLength, new Uint8Array(r.body)[4]);
}
