// k6 reference §1, k6/websockets: addEventListener, several to an event.
// prints: one hello
// prints: two hello
import { WebSocket } from 'k6/websockets';
export default function () {
    const ws = new WebSocket(`${__ENV.WS_URL}/ws`);
    ws.addEventListener('open', () => ws.send('hello'));
    ws.addEventListener('message', (e) => console.log('one', e.data));
    ws.addEventListener('message', (e) => { console.log('two', e.data); ws.close(); });
}
