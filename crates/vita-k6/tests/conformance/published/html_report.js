// k6 reference §1, remote imports: the reports that published scripts make are there without a network.
// check is 200: 2/0
// summary: checks…: 100.00% ✓ 2
// file summary.html: <h1>Load test: mine</h1>
// file summary.html: <td>a › is 200</td><td>2</td><td>0</td>
import http from 'k6/http';
import { check, group } from 'k6';
import { htmlReport } from 'https://raw.githubusercontent.com/benc-uk/k6-reporter/main/dist/bundle.js';
import { textSummary } from 'https://jslib.k6.io/k6-summary/0.0.1/index.js';
export const options = { iterations: 2 };
export default function () {
    group('a', () => check(http.get(`${__ENV.URL}/json`), { 'is 200': (r) => r.status === 200 }));
}
export function handleSummary(data) {
    return {
        'summary.html': htmlReport(data, { title: 'mine' }),
        stdout: textSummary(data, { indent: ' ', enableColors: false }),
    };
}
