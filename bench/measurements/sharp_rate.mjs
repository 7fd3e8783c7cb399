// Says how many thumbnails a second sharp makes of files, and the most memory it took, as the example `thumbnail_rate`
// does: `node sharp_rate.mjs threads rounds file…` prints one line of JSON.

import { readFile } from 'node:fs/promises'
import sharp from 'sharp'

const [threads, rounds, ...files] = process.argv.slice(2)

// One picture a thread, and nothing kept between them: what serves many people at once best.
sharp.concurrency(1)
sharp.cache(false)

const waiting = Array.from({ length: Number(rounds) }, () => files).flat()
const images = waiting.length
let bytes = 0
const started = performance.now()
async function work() {
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    const made = await sharp(file).resize(256, 256, { fit: 'cover' }).webp({ quality: 80 }).toBuffer()
    bytes += made.length
  }
}
await Promise.all(Array.from({ length: Number(threads) }, work))
const seconds = (performance.now() - started) / 1000
const status = await readFile('/proc/self/status', 'utf8')
const peakRssKb = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1])
console.log(JSON.stringify({ images, seconds, perSecond: images / seconds, meanBytes: Math.round(bytes / images), peakRssKb }))
