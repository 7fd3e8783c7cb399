// k6 reference §1, k6/ws: headers and tags of the params.
// prints: 101
// points ws_sessions{kind:chat}: 1
import ws from 'k6/ws';
export default function () {
    const params = { headers: { 'X-Mine': '1', 'Sec-WebSocket-Protocol': 'chat' }, tags: { kind: 'chat' } };
    console.log(ws.connect(`${__ENV.WS_URL}/ws`, params, (s) => s.on('open', () => s.close())).status);
}
