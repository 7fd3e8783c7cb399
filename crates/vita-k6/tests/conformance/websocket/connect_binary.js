// k6 reference §1, k6/ws: binary messages.
// prints: true [1,2,3]
import ws from 'k6/ws';
export default function () {
    ws.connect(`${__ENV.WS_URL}/ws`, null, (socket) => {
        socket.on('open', () => socket.sendBinary(new Uint8Array([1, 2, 3]).buffer));
        socket.on('binaryMessage', (data) => {
            console.log(data instanceof ArrayBuffer, JSON.stringify([...new Uint8Array(data)]));
            socket.close();
        });
    });
}
