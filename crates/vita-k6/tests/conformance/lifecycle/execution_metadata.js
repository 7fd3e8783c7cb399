// k6 reference §1, k6/execution: metadata is kept by the virtual user and is no tag.
// prints: abc undefined
import exec from 'k6/execution';
export default function () {
    exec.vu.metrics.metadata.trace = 'abc';
    console.log(exec.vu.metrics.metadata.trace, exec.vu.tags.trace);
}
