// k6 reference §2, metrics: http_req_duration is sending, waiting and receiving.
// prints: true true
import http from 'k6/http';
export default function () {
    const t = http.get(`${__ENV.URL}/delay/30`).timings;
    console.log(Math.abs(t.duration - (t.sending + t.waiting + t.receiving)) < 0.001, t.waiting >= 29);
}
