// k6 reference §4, published scripts: readers and writers as scenarios, with thresholds of their own.
// exit: 0
// points http_reqs{scenario:readers}: 4
// points http_reqs{scenario:writers}: 2
import http from 'k6/http';
export const options = {
    scenarios: {
        readers: { executor: 'per-vu-iterations', vus: 2, iterations: 2, exec: 'read', tags: { kind: 'read' } },
        writers: { executor: 'shared-iterations', vus: 1, iterations: 2, exec: 'write', tags: { kind: 'write' } },
    },
    thresholds: { 'http_reqs{scenario:readers}': ['count==4'], 'http_reqs{kind:write}': ['count==2'] },
};
export function read() { http.get(`${__ENV.URL}/json`); }
export function write() { http.post(`${__ENV.URL}/anything`, 'x'); }
