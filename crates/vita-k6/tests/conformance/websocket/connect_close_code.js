// k6 reference §1, k6/ws: the server's code goes to close.
// prints: close 4001
import ws from 'k6/ws';
export default function () {
    ws.connect(`${__ENV.WS_URL}/ws`, null, (socket) => {
        socket.on('open', () => socket.send('close'));
        socket.on('close', (code) => console.log('close', code));
    });
}
