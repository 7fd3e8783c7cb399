// k6 reference §2, options: discardResponseBodies leaves bodies out, unless a responseType asks.
// prints: null string
import http from 'k6/http';
export const options = { discardResponseBodies: true };
export default function () {
    const plain = http.get(`${__ENV.URL}/text`).body;
    console.log(plain, typeof http.get(`${__ENV.URL}/text`, { responseType: 'text' }).body);
}
