// k6 reference §2, --summary-export: a trend's statistics are on the metric itself.
// export /metrics/t/avg: 2
// export /metrics/t/med: 2
// export /metrics/t/max: 3
// export /metrics/iterations/count: 1
// export /root_group/path: ""
// export /root_group/id: d41d8cd98f00b204e9800998ecf8427e
import { Trend } from 'k6/metrics';
const t = new Trend('t');
export default function () { for (const v of [1, 2, 3]) t.add(v); }
