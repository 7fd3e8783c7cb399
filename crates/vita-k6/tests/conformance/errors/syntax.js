// k6 reference §2, exit codes: a syntax error is 107, with its place.
// exit: 107
// error: syntax.js:5
export default function () {
    let = = 3;
}
