// k6 reference §1, k6/ws: timers of the socket.
// prints: tick
// prints: tick
// prints: close
import ws from 'k6/ws';
export default function () {
    ws.connect(`${__ENV.WS_URL}/ws`, null, (socket) => {
        socket.on('open', () => {
            socket.setInterval(() => console.log('tick'), 40);
            socket.setTimeout(() => socket.close(), 100);
        });
        socket.on('close', () => console.log('close'));
    });
}
