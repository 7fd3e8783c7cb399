// k6 reference §1, k6/experimental/streams: a readable stream and a writable one.
// prints: a,b
// prints: x
import { ReadableStream, WritableStream } from 'k6/experimental/streams';
export default async function () {
    const reader = new ReadableStream({ start(c) { c.enqueue('a'); c.enqueue('b'); c.close(); } }).getReader();
    const all = [];
    for (let r = await reader.read(); !r.done; r = await reader.read()) all.push(r.value);
    console.log(all.join());
    const writer = new WritableStream({ write: (chunk) => console.log(chunk) }).getWriter();
    await writer.write('x');
    await writer.close();
}
