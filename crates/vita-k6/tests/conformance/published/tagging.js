// k6 reference §4, published scripts: tags on requests, checks and metrics, and thresholds on them.
// exit: 0
// points http_reqs{my_tag:a tag}: 1
// points checks{my_tag:a tag}: 1
// points my_metric{my_tag:a tag}: 1
// metric http_reqs{my_tag:a tag}: count=1
import http from 'k6/http';
import { check } from 'k6';
import { Trend } from 'k6/metrics';
const mine = new Trend('my_metric');
const tags = { my_tag: 'a tag' };
export const options = { thresholds: { 'http_reqs{my_tag:a tag}': ['count==1'], 'my_metric{my_tag:a tag}': ['avg>=0'] } };
export default function () {
    const r = http.get(`${__ENV.URL}/json`, { tags });
    check(r, { ok: (res) => res.status === 200 }, tags);
    mine.add(r.timings.duration, tags);
}
