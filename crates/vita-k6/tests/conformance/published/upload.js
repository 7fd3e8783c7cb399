// k6 reference §4, published scripts: a file read in init code and uploaded as multipart.
// check arrived: 1/0
import http from 'k6/http';
import { check } from 'k6';
const table = open('../files/table.csv', 'b');
export default function () {
    const r = http.post(`${__ENV.URL}/upload`, { field: 'a field', file: http.file(table, 'table.csv', 'text/csv') });
    check(r, { arrived: () => r.json().some((part) => part.file === 'table.csv' && part.type === 'text/csv' && part.text.startsWith('a,b')) });
}
