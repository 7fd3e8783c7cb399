// k6 reference §1, k6/websockets: binaryType says what binary messages are.
// prints: arraybuffer true 2
// prints: blob 2 hi
import { WebSocket, Blob } from 'k6/websockets';
export default function () {
    const ws = new WebSocket(`${__ENV.WS_URL}/ws`);
    ws.binaryType = 'arraybuffer';
    ws.onopen = () => ws.send(new Uint8Array([1, 2]));
    ws.onmessage = async ({ data }) => {
        if (ws.binaryType === 'arraybuffer') {
            console.log(ws.binaryType, data instanceof ArrayBuffer, data.byteLength);
            ws.binaryType = 'blob';
            ws.send(new Blob(['hi']));
        } else {
            console.log(ws.binaryType, data.size, await data.text());
            ws.close();
        }
    };
}
