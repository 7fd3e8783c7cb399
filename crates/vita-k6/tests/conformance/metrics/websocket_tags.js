// k6 reference §2, metrics: the system tags of a web socket.
// points ws_sessions{status:101,scenario:default,mine:1}: 1
import ws from 'k6/ws';
export default function () {
    ws.connect(`${__ENV.WS_URL}/ws`, { tags: { mine: '1' } }, (s) => s.on('open', () => s.close()));
}
