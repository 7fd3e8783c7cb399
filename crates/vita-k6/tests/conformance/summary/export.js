// k6 reference §2, --summary-export: groups and checks are objects, and a threshold is true when it failed.
// exit: 99
// export /root_group/groups/g/checks/ok/passes: 2
// export /root_group/groups/g/checks/ok/path: ::g::ok
// export /metrics/mine/count: 2
// export /metrics/mine/thresholds/count>5: true
// export /metrics/mine/thresholds/count>1: false
// export /metrics/g/value: 4
// export /metrics/g/min: 3
// export /metrics/checks/passes: 2
// export /metrics/checks/fails: 0
// export /metrics/checks/value: 1
// export /metrics/t/p(90): 4.6
import { check, group } from 'k6';
import { Counter, Gauge, Trend } from 'k6/metrics';
const mine = new Counter('mine'), g = new Gauge('g'), t = new Trend('t');
export const options = { iterations: 2, thresholds: { mine: ['count>5', 'count>1'] } };
export default function () {
    group('g', () => check(1, { ok: true }));
    mine.add(1);
    g.add(3 + __ITER);
    if (__ITER === 0) { t.add(1); t.add(5); }
}
