// k6 reference §2, handleSummary: what it gets, and that its texts are written.
// prints: metrics,options,root_group,setup_data,state
// prints: noColor,summaryTimeUnit,summaryTrendStats isStdErrTTY,isStdOutTTY,testRunDurationMs 7
// prints: counter default 2
// summary: done
// file stderr: to stderr
// file out/result.json: {"ok":true}
export const options = { iterations: 2 };
export function setup() { return { seed: 7 }; }
export default function () {}
export function handleSummary(data) {
    console.log(Object.keys(data).sort().join());
    console.log(Object.keys(data.options).sort().join(), Object.keys(data.state).sort().join(), data.setup_data.seed);
    const { type, contains, values } = data.metrics.iterations;
    console.log(type, contains, values.count);
    return { stdout: 'done', stderr: 'to stderr', 'out/result.json': JSON.stringify({ ok: true }) };
}
