// k6 reference §1, remote imports: k6chaijs turns expectations into checks.
// check expected 200 to equal 200: 1/0
import http from 'k6/http';
import { describe, expect } from 'https://jslib.k6.io/k6chaijs/4.3.4.3/index.js';
export default function () {
    describe('reads', () => {
        const r = http.get(`${__ENV.URL}/json`);
        expect(r.status).to.equal(200);
    });
}
