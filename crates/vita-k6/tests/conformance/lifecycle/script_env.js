// k6 reference §1, globals: __ENV has what was given.
// env: GREETING=hello there
// prints: hello there undefined
export default function () {
    console.log(__ENV.GREETING, __ENV.NOPE);
}
