// Thumbnails of photographs, ours beside sharp's: each in a process of its own, in turns, so that what the machine does
// meanwhile meets both.

import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { makePhotographs, meanBytes } from './pictures.mjs'
import { makeFolder, median } from './server.mjs'

const PHOTOGRAPHS = { count: 20, noise: 10, quality: 2 }
const THREADS = 2
/** Passes over all photographs in one run; a run takes some seconds. */
const PASSES = 3
const TURNS = 5
const RATE_RATIO_LEAST = 1.35
const MEMORY_RATIO_MOST = 0.25

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))

async function findExample() {
  const path = process.env['VITASCOPE_THUMBNAIL_RATE'] ?? join(here, '../../target/release/examples/thumbnail_rate')
  await access(path).catch(() => {
    throw new Error(`${path} is missing: cargo build --release -p vita-media --example thumbnail_rate`)
  })
  return path
}

async function measureOnce(program, args) {
  const { stdout } = await run(program, args)
  return JSON.parse(stdout)
}

export async function measureThumbnails() {
  const example = await findExample()
  const folder = await makeFolder()
  const files = await makePhotographs(folder.path, PHOTOGRAPHS)
  const work = [String(THREADS), String(PASSES), ...files]
  const tools = {
    ours: () => measureOnce(example, work),
    sharp: () => measureOnce(process.execPath, [join(here, 'sharp_rate.mjs'), ...work]),
  }
  const runs = { ours: [], sharp: [] }
  for (let turn = 0; turn < TURNS; turn += 1) {
    const order = turn % 2 === 0 ? ['ours', 'sharp'] : ['sharp', 'ours']
    for (const tool of order) runs[tool].push(await tools[tool]())
  }
  const bytes = await meanBytes(files)
  await folder.remove()

  const of = (tool, field) => runs[tool].map((one) => one[field])
  const ratios = of('ours', 'perSecond').map((rate, turn) => rate / runs.sharp[turn].perSecond)
  const memory = { ours: Math.max(...of('ours', 'peakRssKb')), sharp: Math.max(...of('sharp', 'peakRssKb')) }
  const thumbnails = (tool) => [
    { name: `thumbnails of 12 MP by ${tool}, ${THREADS} at a time`, value: median(of(tool, 'perSecond')), unit: '1/s' },
    { name: `thumbnails by ${tool}: mean size`, value: median(of(tool, 'meanBytes')) / 1000, unit: 'kB' },
    { name: `thumbnails by ${tool}: most memory`, value: memory[tool] / 1024, unit: 'MiB' },
  ]
  return [
    { name: 'thumbnails: mean size of the photographs', value: bytes / 1e6, unit: 'MB' },
    ...thumbnails('ours'),
    ...thumbnails('sharp'),
    { name: `thumbnails: rate to sharp's, median of ${TURNS}`, value: median(ratios), unit: '', atLeast: RATE_RATIO_LEAST },
    { name: "thumbnails: rate to sharp's, least", value: Math.min(...ratios), unit: '' },
    { name: "thumbnails: rate to sharp's, most", value: Math.max(...ratios), unit: '' },
    { name: "thumbnails: memory to sharp's", value: memory.ours / memory.sharp, unit: '', limit: MEMORY_RATIO_MOST },
  ]
}
