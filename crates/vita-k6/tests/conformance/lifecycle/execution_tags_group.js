// k6 reference §1, k6/execution: the group is a tag of the virtual user.
// prints: "" "::a"
import exec from 'k6/execution';
import { group } from 'k6';
export default function () {
    const outside = JSON.stringify(exec.vu.tags.group);
    console.log(outside, group('a', () => JSON.stringify(exec.vu.tags.group)));
}
