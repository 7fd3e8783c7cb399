// k6 reference §2, exit codes: an unknown system tag is 104.
// exit: 104
// error: nope
export const options = { systemTags: ['nope'] };
export default function () {}
