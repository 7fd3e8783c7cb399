// k6 reference §4, published scripts: users from a shared file.
// check known: 3/0
import http from 'k6/http';
import { check } from 'k6';
import exec from 'k6/execution';
import { SharedArray } from 'k6/data';
import papaparse from 'https://jslib.k6.io/papaparse/5.1.1/index.js';
const rows = new SharedArray('rows', () => papaparse.parse(open('../files/table.csv').trim(), { header: true }).data);
export const options = { scenarios: { all: { executor: 'shared-iterations', vus: 2, iterations: 3 } } };
export default function () {
    const row = rows[exec.scenario.iterationInTest % rows.length];
    check(http.post(`${__ENV.URL}/anything`, row), { known: (r) => r.json('form.a') === row.a });
}
