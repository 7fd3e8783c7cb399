// k6 reference §1, params: throw turns a failed request into an exception.
// prints: threw
// metric http_reqs: count=1
import http from 'k6/http';
export default function () {
    try { http.get('http://127.0.0.1:1/', { throw: true }); } catch (e) { console.log('threw'); }
}
