// k6 reference §1, k6/experimental/csv: parse reads a file into a shared array.
// prints: 2 1 4
import { open } from 'k6/experimental/fs';
import csv from 'k6/experimental/csv';
const file = await open('../files/table.csv');
const rows = await csv.parse(file, { skipFirstLine: true });
export default function () { console.log(rows.length, rows[0][0], rows[1][1]); }
