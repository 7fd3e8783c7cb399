// k6 reference §1, Response: json takes a GJSON path.
// prints: Sample
// prints: Two
// prints: 2
// prints: ["One","Two"]
// prints: Two
// prints: undefined
import http from 'k6/http';
export default function () {
    const r = http.get(`${__ENV.URL}/json`);
    console.log(r.json('slideshow.title'));
    console.log(r.json('slideshow.slides.1.title'));
    console.log(r.json('slideshow.slides.#'));
    console.log(JSON.stringify(r.json('slideshow.slides.#.title')));
    console.log(r.json('slideshow.slides.#(type=="some").title'));
    console.log(typeof r.json('no.such'));
}
