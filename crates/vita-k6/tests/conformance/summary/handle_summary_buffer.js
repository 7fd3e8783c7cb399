// k6 reference §2, handleSummary: a value may be an ArrayBuffer.
// file bytes.bin: hi
export default function () {}
export function handleSummary() { return { 'bytes.bin': new Uint8Array([104, 105]).buffer }; }
