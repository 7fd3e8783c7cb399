// k6 reference §1, k6/ws: timers of the socket.
// prints: once
// prints: tick
// prints: tick
// prints: close
import ws from 'k6/ws';
export default function () {
    let ticks = 0;
    ws.connect(`${__ENV.WS_URL}/ws`, null, (socket) => {
        socket.on('open', () => {
            socket.setTimeout(() => {
                console.log('once');
                socket.setInterval(() => {
                    console.log('tick');
                    ticks += 1;
                    if (ticks === 2) socket.close();
                }, 10);
            }, 10);
        });
        socket.on('close', () => console.log('close'));
    });
}
