// k6 reference §1, params: compression packs the request's body, in the order named.
// prints: gzip true
// prints: gzip, br true
import http from 'k6/http';
export default function () {
    for (const compression of ['gzip', 'gzip, br']) {
        const r = http.post(`${__ENV.URL}/size`, 'x'.repeat(5000), { compression });
        console.log(r.json('encoding'), r.json('bytes') < 1000);
    }
}
