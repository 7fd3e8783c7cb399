// k6 reference §2, metrics: what a web socket records.
// metric ws_sessions: count=1
// metric ws_msgs_sent: count=2
// metric ws_msgs_received: count=2
// metric ws_ping: avg>=0
// metric ws_session_duration: avg>0
// metric ws_connecting: avg>0
import ws from 'k6/ws';
export default function () {
    let got = 0;
    ws.connect(`${__ENV.WS_URL}/ws`, null, (socket) => {
        socket.on('open', () => { socket.send('a'); socket.send('b'); });
        socket.on('message', () => { got += 1; if (got === 2) socket.ping(); });
        socket.on('pong', () => socket.close());
    });
}
