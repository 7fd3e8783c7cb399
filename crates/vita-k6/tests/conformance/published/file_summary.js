// k6 reference §4, published scripts: a summary in files, one of them for machines.
// file summary.json: "iterations"
// file report.txt: total: 2
// summary: 2 iterations
export const options = { iterations: 2 };
export default function () {}
export function handleSummary(data) {
    const count = data.metrics.iterations.values.count;
    return { stdout: `${count} iterations\n`, 'summary.json': JSON.stringify(data), 'report.txt': `total: ${count}` };
}
