// k6 reference §2, exit codes: a statistic that is none is 104.
// exit: 104
// error: p(nope)
export const options = { summaryTrendStats: ['avg', 'p(nope)'] };
export default function () {}
