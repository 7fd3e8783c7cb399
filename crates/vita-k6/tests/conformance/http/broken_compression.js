// k6 reference §1, failed request: what can't be unpacked is error code 1701.
// prints: 1701
import http from 'k6/http';
export default function () {
    console.log(http.get(`${__ENV.URL}/packed/broken`).error_code);
}
