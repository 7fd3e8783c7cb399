// k6 reference §1, k6/http: compressed answers are unpacked.
// prints: gzip true
// prints: br true
// prints: zstd true
// prints: deflate true
import http from 'k6/http';
export default function () {
    for (const name of ['gzip', 'br', 'zstd', 'deflate']) {
        console.log(name, http.get(`${__ENV.URL}/packed/${name}`).json('compressed'));
    }
}
