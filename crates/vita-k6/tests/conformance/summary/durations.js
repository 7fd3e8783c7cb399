// k6 reference §3, number rules: durations in ns, µs, ms, s, minutes and hours, cut to two decimals.
// summary: a…: avg=500ns
// summary: b…: avg=1.5µs
// summary: c…: avg=12.34ms
// summary: d…: avg=1.5s
// summary: e…: avg=1m2s
// summary: f…: avg=1h2m3s
// summary: z…: avg=0s
import { Trend } from 'k6/metrics';
const values = { a: 0.0005, b: 0.0015, c: 12.349, d: 1500, e: 62000, f: 3723000, z: 0 };
const trends = Object.keys(values).map((name) => new Trend(name, true));
export default function () { for (const t of trends) t.add(values[t.name]); }
