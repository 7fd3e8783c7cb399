// k6 reference §1, body: an object with http.file is sent as multipart.
// prints: [{"name":"field","file":null,"type":null,"text":"value"},{"name":"upload","file":"a.txt","type":"text/plain","text":"content"}]
import http from 'k6/http';
export default function () {
    const r = http.post(`${__ENV.URL}/upload`, { field: 'value', upload: http.file('content', 'a.txt', 'text/plain') });
    const parts = r.json().sort((a, b) => (a.name < b.name ? -1 : 1));
    console.log(JSON.stringify(parts.map(({ name, file, type, text }) => ({ name, file, type, text }))));
}
