// k6 reference §1, k6/ws: the result has status, url, headers, body and error.
// prints: body,error,headers,status,url
import ws from 'k6/ws';
export default function () {
    const res = ws.connect(`${__ENV.WS_URL}/ws`, (socket) => socket.on('open', () => socket.close()));
    console.log(Object.keys(res).sort().join());
}
