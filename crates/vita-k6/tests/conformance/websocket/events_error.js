// k6 reference §1, k6/websockets: a socket that can't be opened has an error event.
// prints: error
import { WebSocket } from 'k6/websockets';
export default function () {
    const ws = new WebSocket('ws://127.0.0.1:1/');
    ws.onerror = () => console.log('error');
}
