// k6 reference §2, outputs: the last column of CSV has the metadata, such as vu and iter.
// output: csv
// sample: metric_name,timestamp,metric_value,method,extra_tags,metadata
// sample: http_reqs,…,1.000000,GET,,iter=0&trace=abc&vu=1
import http from 'k6/http';
import exec from 'k6/execution';
export const options = { systemTags: ['method', 'vu', 'iter'] };
export default function () {
    exec.vu.metrics.metadata.trace = 'abc';
    http.get(`${__ENV.URL}/json`);
}
