// k6 reference §4, published scripts: a web socket that counts what comes back.
// check status is 101: 1/0
// check all came back: 1/0
// metric ws_msgs_sent: count=3
// metric ws_msgs_received: count=3
import ws from 'k6/ws';
import { check } from 'k6';
export default function () {
    let got = 0;
    const res = ws.connect(`${__ENV.WS_URL}/ws`, { tags: { my_tag: 'hello' } }, (socket) => {
        socket.on('open', () => { for (const n of [1, 2, 3]) socket.send(JSON.stringify({ n })); });
        socket.on('message', (text) => { if (JSON.parse(text).n === ++got && got === 3) socket.close(); });
        socket.on('error', (e) => { if (e.error() !== 'websocket: close sent') console.log('an error', e.error()); });
        socket.setTimeout(() => socket.close(), 5000);
    });
    check(res, { 'status is 101': (r) => r && r.status === 101, 'all came back': () => got === 3 });
}
