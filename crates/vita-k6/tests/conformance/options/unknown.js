// k6 reference §2, options: an unknown option is a warning.
// says: level=warning…nonsense
// metric iterations: count=1
export const options = { nonsense: 1 };
export default function () {}
