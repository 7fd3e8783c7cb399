// k6 reference §1, k6/websockets: ping and onpong.
// prints: pong
import { WebSocket } from 'k6/websockets';
export default function () {
    const ws = new WebSocket(`${__ENV.WS_URL}/ws`);
    ws.onopen = () => ws.ping();
    ws.onpong = () => { console.log('pong'); ws.close(); };
}
