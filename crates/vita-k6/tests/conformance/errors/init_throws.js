// k6 reference §2, exit codes: an exception in init code is 107, with its place.
// exit: 107
// error: init_throws.js:5
export default function () {}
throw new Error('broken');
