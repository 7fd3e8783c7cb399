// k6 reference §1, k6/ws: connect blocks until the socket closes, and tells its result.
// prints: open
// prints: got hello
// prints: close 1000
// prints: after 101 true
import ws from 'k6/ws';
export default function () {
    const url = `${__ENV.WS_URL}/ws`;
    const res = ws.connect(url, {}, (socket) => {
        socket.on('open', () => { console.log('open'); socket.send('hello'); });
        socket.on('message', (text) => { console.log('got', text); socket.close(); });
        socket.on('close', (code) => console.log('close', code));
    });
    console.log('after', res.status, res.url === url);
}
