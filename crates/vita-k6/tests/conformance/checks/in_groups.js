// k6 reference §3, summary: checks stand in the groups that they were made in.
// check inner ok: 1/0
// check outer ok: 1/0
// data /root_group/checks/0/name: outer ok
// data /root_group/groups/0/name: first
// data /root_group/groups/0/path: ::first
// data /root_group/groups/0/checks/0/path: ::first::inner ok
// data /root_group/groups/0/checks/0/passes: 1
import { check, group } from 'k6';
export default function () {
    check(1, { 'outer ok': true });
    group('first', () => check(1, { 'inner ok': true }));
}
