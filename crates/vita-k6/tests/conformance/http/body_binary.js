// k6 reference §1, body: buffers and typed arrays are sent as bytes.
// prints: 3 [1,2,3]
// prints: 2 [2,3]
import http from 'k6/http';
export default function () {
    const bytes = new Uint8Array([1, 2, 3]);
    for (const body of [bytes.buffer, bytes.subarray(1)]) {
        const r = http.post(`${__ENV.URL}/size`, body);
        console.log(r.json('bytes'), JSON.stringify(r.json('first')));
    }
}
