// k6 reference §2, thresholds: a group's samples are selected by `group: ::name`.
// exit: 0
import { check, group } from 'k6';
export const options = { thresholds: { 'checks{group: ::auth}': ['rate==1'], checks: ['rate==0.5'] } };
export default function () {
    group('auth', () => check(1, { ok: true }));
    check(1, { bad: false });
}
