// k6 reference §1, lifecycle: asyncRequest is for iterations.
// exit: 107
// error: init
import http from 'k6/http';
await http.asyncRequest('GET', `${__ENV.URL}/json`);
export default function () {}
