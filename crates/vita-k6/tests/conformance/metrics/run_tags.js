// k6 reference §2, options: tags of the options are on all samples.
// points iterations{build:7}: 1
// points http_reqs{build:7}: 1
import http from 'k6/http';
export const options = { tags: { build: '7' } };
export default function () { http.get(`${__ENV.URL}/json`); }
