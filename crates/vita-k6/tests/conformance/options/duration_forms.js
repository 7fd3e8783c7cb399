// k6 reference §2, options: durations are Go's.
// metric iterations: count=1
export const options = { iterations: 1, setupTimeout: '1m30s', teardownTimeout: '1.5h', gracefulStop: undefined };
export default function () {}
