// k6 reference §2, options: handleSummaryTimeout ends a handleSummary without end.
// exit: 0
// says: level=error…handleSummary
export const options = { handleSummaryTimeout: '100ms' };
export default function () {}
export function handleSummary() { while (true) {} }
