// k6 reference §1, lifecycle: requests throw in init code.
// exit: 107
// error: init
import http from 'k6/http';
http.get(`${__ENV.URL}/json`);
export default function () {}
