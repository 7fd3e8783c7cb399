// k6 reference §4, published scripts: several event sockets in one iteration.
// check pong: 3/0
// metric ws_sessions: count=3
import { WebSocket } from 'k6/websockets';
import { check } from 'k6';
export default function () {
    for (let i = 0; i < 3; i++) {
        const ws = new WebSocket(`${__ENV.WS_URL}/ws`);
        ws.addEventListener('open', () => ws.send(`hello ${i}`));
        ws.addEventListener('message', (e) => { check(e.data, { pong: (text) => text === `hello ${i}` }); ws.close(); });
    }
}
