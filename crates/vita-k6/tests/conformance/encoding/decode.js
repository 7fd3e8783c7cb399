// k6 reference §1, k6/encoding: decoding gives a buffer, or a text with the format "s".
// prints: true 5
// prints: hello
// prints: hello
import encoding from 'k6/encoding';
export default function () {
    const buffer = encoding.b64decode('aGVsbG8=');
    console.log(buffer instanceof ArrayBuffer, buffer.byteLength);
    console.log(encoding.b64decode('aGVsbG8=', 'std', 's'));
    console.log(encoding.b64decode('aGVsbG8', 'rawurl', 's'));
}
