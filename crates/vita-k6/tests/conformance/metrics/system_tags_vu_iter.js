// k6 reference §2, metrics: vu and iter, off by default, go with each sample as its metadata.
// tags http_reqs: method
// sample: "metric":"http_reqs"…"metadata":{"iter":"0","vu":"1"}
// sample: "metric":"iterations"…"metadata":{"iter":"1","vu":"1"}
import http from 'k6/http';
export const options = { iterations: 2, systemTags: ['method', 'vu', 'iter'] };
export default function () { http.get(`${__ENV.URL}/json`); }
