// k6 reference §1, k6/websockets: the protocol that the server chose.
// prints: chat true
import { WebSocket } from 'k6/websockets';
export default function () {
    const ws = new WebSocket(`${__ENV.WS_URL}/ws`, ['chat', 'other']);
    ws.onopen = () => { console.log(ws.protocol, ws.url.endsWith('/ws')); ws.close(); };
}
