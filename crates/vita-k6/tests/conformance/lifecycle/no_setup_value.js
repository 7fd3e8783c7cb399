// k6 reference §1, lifecycle: without a value of setup, iterations get undefined.
// prints: undefined
export function setup() {}
export default function (data) {
    console.log(typeof data);
}
