// k6 reference §1, k6/execution: the numbers of virtual user and iteration.
// prints: 1 1 0 0
// prints: 1 1 1 1
import exec from 'k6/execution';
export const options = { iterations: 2 };
export default function () {
    const vu = exec.vu;
    console.log(vu.idInInstance, vu.idInTest, vu.iterationInInstance, vu.iterationInScenario);
}
