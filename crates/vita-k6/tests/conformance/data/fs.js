// k6 reference §1, k6/experimental/fs: open, stat, read, seek.
// prints: table.csv 12
// prints: 3 a,b
// prints: 3 a,b
import { open, SeekMode } from 'k6/experimental/fs';
const file = await open('../files/table.csv');
export default async function () {
    const stat = await file.stat();
    console.log(stat.name, stat.size);
    const buffer = new Uint8Array(3);
    for (const _ of [1, 2]) {
        const count = await file.read(buffer);
        console.log(count, String.fromCharCode(...buffer));
        await file.seek(0, SeekMode.Start);
    }
}
