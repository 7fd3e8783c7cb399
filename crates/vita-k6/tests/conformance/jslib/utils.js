// k6 reference §1, remote imports: k6-utils.
// prints: true true 8 true
// prints: middle
import { randomIntBetween, randomItem, randomString, uuidv4, findBetween } from 'https://jslib.k6.io/k6-utils/1.4.0/index.js';
export default function () {
    const n = randomIntBetween(3, 5);
    console.log(n >= 3 && n <= 5, ['a', 'b'].includes(randomItem(['a', 'b'])), randomString(8).length, /^[0-9a-f-]{36}$/.test(uuidv4()));
    console.log(findBetween('left|middle|right', '|', '|'));
}
