// k6 reference §2, handleSummary: when it throws, that is logged and the usual summary is written.
// exit: 0
// says: level=error…no summary today
// summary: iterations
export default function () {}
export function handleSummary() { throw new Error('no summary today'); }
