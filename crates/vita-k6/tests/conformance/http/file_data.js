// k6 reference §1, k6/http: file() gives an object with data, filename and content_type.
// prints: x name.bin application/octet-stream
// prints: true
import http from 'k6/http';
export default function () {
    const named = http.file('x', 'name.bin');
    console.log(named.data, named.filename, named.content_type);
    console.log(http.file('x').filename.length > 0);
}
