// k6 reference §1, k6/websockets: binaryType says what binary messages are.
// prints: arraybuffer true 2
// prints: blob 2 hi
import { WebSocket, Blob } from 'k6/websockets';
export default function () {
    for (const kind of ['arraybuffer', 'blob']) {
        const ws = new WebSocket(`${__ENV.WS_URL}/ws`);
        ws.binaryType = kind;
        ws.onopen = () => { if (kind === 'blob') setTimeout(() => ws.send(new Blob(['hi'])), 60); else ws.send(new Uint8Array([1, 2])); };
        ws.onmessage = async ({ data }) => {
            if (kind === 'blob') console.log(kind, data.size, await data.text());
            else console.log(kind, data instanceof ArrayBuffer, data.byteLength);
            ws.close();
        };
    }
}
