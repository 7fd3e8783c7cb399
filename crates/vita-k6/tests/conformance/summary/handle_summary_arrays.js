// k6 reference §2, handleSummary: groups and checks are arrays, with path and id.
// prints: true ::g ok 1 0
// prints: 32
import { check, group } from 'k6';
export default function () { group('g', () => check(1, { ok: true })); }
export function handleSummary(data) {
    const g = data.root_group.groups[0];
    console.log(Array.isArray(data.root_group.groups), g.path, g.checks[0].name, g.checks[0].passes, g.checks[0].fails);
    console.log(g.id.length);
    return {};
}
