// k6 reference §1, k6/experimental/csv: Parser reads line by line.
// prints: 1,2
// prints: 3,4
// prints: true
import { open } from 'k6/experimental/fs';
import csv from 'k6/experimental/csv';
const file = await open('../files/table.csv');
const parser = new csv.Parser(file, { skipFirstLine: true });
export default async function () {
    for (;;) {
        const { done, value } = await parser.next();
        if (done) { console.log(done); break; }
        console.log(value.join());
    }
}
