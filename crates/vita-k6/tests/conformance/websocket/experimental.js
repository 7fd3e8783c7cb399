// k6 reference §1, k6/websockets: k6/experimental/websockets is the same, with a warning.
// prints: hello
// says: level=warning…k6/experimental/websockets
import { WebSocket } from 'k6/experimental/websockets';
export default function () {
    const ws = new WebSocket(`${__ENV.WS_URL}/ws`);
    ws.onopen = () => ws.send('hello');
    ws.onmessage = (e) => { console.log(e.data); ws.close(); };
}
