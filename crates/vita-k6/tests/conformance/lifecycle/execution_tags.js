// k6 reference §1, k6/execution: tags of the virtual user are live and go to its samples.
// points mine{color:red,scenario:default}: 1
// points mine{color:}: 1
// prints: red default
// prints: true
import exec from 'k6/execution';
import { Counter } from 'k6/metrics';
const mine = new Counter('mine');
export default function () {
    exec.vu.metrics.tags.color = 'red';
    console.log(exec.vu.tags.color, exec.vu.tags.scenario);
    mine.add(1);
    delete exec.vu.tags.color;
    console.log(exec.vu.tags.color === undefined);
    mine.add(1);
}
