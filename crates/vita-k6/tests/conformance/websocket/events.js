// k6 reference §1, k6/websockets: events, readyState, and that the iteration waits for the socket.
// prints: 0
// prints: open 1
// prints: message hello
// prints: close 3
import { WebSocket } from 'k6/websockets';
export default function () {
    const ws = new WebSocket(`${__ENV.WS_URL}/ws`);
    console.log(ws.readyState);
    ws.onopen = () => { console.log('open', ws.readyState); ws.send('hello'); };
    ws.onmessage = (e) => { console.log('message', e.data); ws.close(); };
    ws.onclose = () => console.log('close', ws.readyState);
}
