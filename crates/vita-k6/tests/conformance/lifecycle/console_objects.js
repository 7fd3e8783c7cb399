// k6 reference §2, console lines: objects and functions are printed readably.
// prints: { a: 1, b: [ 1, 2 ] }
// prints: [object Function]
// prints: text 1 true null undefined
export default function () {
    console.log({ a: 1, b: [1, 2] });
    console.log(() => 1);
    console.log('text', 1, true, null, undefined);
}
