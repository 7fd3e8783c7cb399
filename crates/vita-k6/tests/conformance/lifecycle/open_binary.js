// k6 reference §1, globals: open with 'b' gives an ArrayBuffer.
// prints: true 31 139
const data = open('../files/packed.gz', 'b');
export default function () {
    const bytes = new Uint8Array(data);
    console.log(data instanceof ArrayBuffer, bytes[0], bytes[1]);
}
