// k6 reference §1, k6: check takes tags as its third argument.
// points checks{check:ok,kind:fast,group:,scenario:default}: 1
// points checks: 1
import { check } from 'k6';
export default function () {
    check(1, { ok: true }, { kind: 'fast' });
}
