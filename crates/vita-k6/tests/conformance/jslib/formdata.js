// k6 reference §1, remote imports: formdata makes multipart bodies.
// prints: [{"name":"a","file":null,"text":"1"},{"name":"f","file":"x.txt","text":"data"}]
import http from 'k6/http';
import { FormData } from 'https://jslib.k6.io/formdata/0.0.2/index.js';
export default function () {
    const form = new FormData();
    form.append('a', '1');
    form.append('f', http.file('data', 'x.txt', 'text/plain'));
    const r = http.post(`${__ENV.URL}/upload`, form.body(), { headers: { 'Content-Type': `multipart/form-data; boundary=${form.boundary}` } });
    console.log(JSON.stringify(r.json().map(({ name, file, text }) => ({ name, file, text }))));
}
