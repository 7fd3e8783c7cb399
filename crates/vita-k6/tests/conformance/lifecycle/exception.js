// k6 reference §1, lifecycle: an iteration that throws is logged, counts, and the exit code is 0.
// exit: 0
// metric iterations: count=3
// says: level=error…TypeError…exception.js:9:…hint="script exception"
// says: scenario=default
export const options = { iterations: 3 };

export default function () {
    null.x;
}
