// k6 reference §1, globals: open reads a text relative to the script.
// prints: a,b
const text = open('../files/table.csv');
export default function () { console.log(text.split('\n')[0]); }
