// k6 reference §2, CLI: --summary-mode disabled writes nothing.
// mode: disabled
// no summary: iterations
export default function () {}
