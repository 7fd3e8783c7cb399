// k6 reference §4, published scripts: the four kinds of metrics with thresholds.
// exit: 0
// metric my_counter: count=10
// metric my_gauge: value=9, min=0, max=9
// metric my_rate: rate=0.5
// metric my_trend: avg=4.5, min=0, max=9, med=4.5
// summary:     my_counter…: 10
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
const counter = new Counter('my_counter'), gauge = new Gauge('my_gauge'), rate = new Rate('my_rate'), trend = new Trend('my_trend');
export const options = { iterations: 10, thresholds: { my_counter: ['count==10'], my_gauge: ['value<10'], my_rate: ['rate>=0.5'], my_trend: ['p(90)<9', 'max==9'] } };
export default function () {
    counter.add(1);
    gauge.add(__ITER);
    rate.add(__ITER % 2);
    trend.add(__ITER);
}
