// k6 reference §1, remote imports: papaparse.
// prints: [{"a":"1","b":"2"}]
import papaparse from 'https://jslib.k6.io/papaparse/5.1.1/index.js';
export default function () { console.log(JSON.stringify(papaparse.parse('a,b\n1,2', { header: true }).data)); }
