// k6 reference §1, k6: groups nest as `::a::b` and group_duration is taken of each.
// points group_duration{group:::a}: 1
// points group_duration{group:::a::b}: 1
// points mine{group:::a::b}: 1
// points mine{group:}: 1
// data /root_group/groups/0/groups/0/path: ::a::b
import { group } from 'k6';
import { Counter } from 'k6/metrics';
const mine = new Counter('mine');
export default function () {
    group('a', () => group('b', () => mine.add(1)));
    mine.add(1);
}
