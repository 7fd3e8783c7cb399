// k6 reference §1, lifecycle: init code runs for the options and for each virtual user.
// order: any
// prints: init 0
// prints: init 1
// prints: init 2
console.log('init', __VU);
export const options = { vus: 2, iterations: 2 };
export default function () {}
