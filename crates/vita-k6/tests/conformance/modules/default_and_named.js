// k6 reference §1, import rules: a module can be imported by default and by names.
// prints: true true true true true
import k6, { check } from 'k6';
import http, { get } from 'k6/http';
import metrics, { Counter } from 'k6/metrics';
import exec, { vu } from 'k6/execution';
import encoding, { b64encode } from 'k6/encoding';
export default function () {
    console.log(k6.check === check, http.get === get, metrics.Counter === Counter, typeof exec.vu === typeof vu, encoding.b64encode === b64encode);
}
