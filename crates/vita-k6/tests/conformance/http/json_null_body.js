// k6 reference §1, Response: json() of a null body throws.
// prints: null threw
import http from 'k6/http';
export default function () {
    const r = http.get(`${__ENV.URL}/json`, { responseType: 'none' });
    try { r.json(); console.log('no'); } catch (e) { console.log(r.body, 'threw'); }
}
