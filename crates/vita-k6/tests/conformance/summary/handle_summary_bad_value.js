// k6 reference §2, handleSummary: another value is an error in the log; the exit code stays.
// exit: 0
// says: level=error…bad.json
// file stdout: fine
export default function () {}
export function handleSummary() { return { stdout: 'fine', 'bad.json': { a: 1 } }; }
