// k6 reference §2, handleSummary: thresholds are objects with `ok`.
// exit: 99
// prints: {"count<1":{"ok":false},"count>0":{"ok":true}}
export const options = { thresholds: { iterations: ['count<1', 'count>0'] } };
export default function () {}
export function handleSummary(data) {
    const t = data.metrics.iterations.thresholds;
    console.log(JSON.stringify(Object.fromEntries(Object.entries(t).sort())));
    return {};
}
