// k6 reference §1, k6/ws: ping and pong.
// prints: ping
// prints: pong
import ws from 'k6/ws';
export default function () {
    ws.connect(`${__ENV.WS_URL}/ws`, null, (socket) => {
        socket.on('open', () => socket.send('ping me'));
        socket.on('ping', () => { console.log('ping'); socket.ping(); });
        socket.on('pong', () => { console.log('pong'); socket.close(); });
    });
}
