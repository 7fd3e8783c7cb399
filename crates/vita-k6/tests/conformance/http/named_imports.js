// k6 reference §1, import rules: functions of k6/http may be imported by name.
// prints: 200 200
import { get, post } from 'k6/http';
export default function () {
    console.log(get(`${__ENV.URL}/json`).status, post(`${__ENV.URL}/anything`, 'x').status);
}
