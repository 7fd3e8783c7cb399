// k6 reference §2, metrics: a failed request has the tags error and error_code.
// points http_reqs{error:dial: connection refused,error_code:1212,status:0,method:GET}: 1
import http from 'k6/http';
export default function () { http.get('http://127.0.0.1:1/'); }
