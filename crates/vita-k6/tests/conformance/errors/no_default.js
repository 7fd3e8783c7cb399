// k6 reference §2, exit codes: a script without a default function is 104.
// exit: 104
// error: default
export const options = { iterations: 1 };
