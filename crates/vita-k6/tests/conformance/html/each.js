// k6 reference §1, k6/html: each, map, toArray, get.
// prints: 0 one
// prints: 1 two
// prints: ["ONE","TWO"] 2 two
import { parseHTML } from 'k6/html';
export default function () {
    const li = parseHTML('<li>one</li><li>two</li>').find('li');
    li.each((i, e) => console.log(i, e.textContent()));
    console.log(JSON.stringify(li.map((i, s) => s.text().toUpperCase())), li.toArray().length, li.get(1).textContent());
}
