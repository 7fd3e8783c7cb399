// k6 reference §1, import rules: a JSON file is read with open and parsed.
// prints: two
const data = JSON.parse(open('../files/data.json'));
export default function () { console.log(data.list[1]); }
