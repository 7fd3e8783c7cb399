// k6 reference §2, exit codes: a variable that can't be read is 104.
// variable: K6_VUS=many
// exit: 104
// error: K6_VUS
export default function () {}
