// k6 reference §3, summary: a threshold of a sub-metric stands under its metric.
// summary:     http_req_duration
// summary:       {name:grp}
// summary:       ✓ 'max<60000' max=
import http from 'k6/http';
export const options = { thresholds: { 'http_req_duration{name:grp}': ['max<60000'] } };
export default function () { http.get(`${__ENV.URL}/json`, { tags: { name: 'grp' } }); }
