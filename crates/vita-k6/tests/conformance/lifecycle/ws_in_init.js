// k6 reference §1, lifecycle: web sockets throw in init code.
// exit: 107
// error: init
import ws from 'k6/ws';
ws.connect(`${__ENV.WS_URL}/ws`, null, () => {});
export default function () {}
