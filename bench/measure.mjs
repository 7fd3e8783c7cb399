// Measures a built Vitascope: each measurement starts the program over a folder of its own, and prints a line.
// What is promised stands beside what was measured; a broken promise makes the exit code 1.

import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measureStart } from './measurements/start.mjs'
import { measureMemory } from './measurements/memory.mjs'
import { measureRender } from './measurements/render.mjs'
import { measureStatus } from './measurements/status.mjs'
import { measureThumbnails } from './measurements/thumbnails.mjs'
import { measureUnderThumbnails } from './measurements/under_thumbnails.mjs'
import { measureOverload } from './measurements/overload.mjs'

const MEASUREMENTS = {
  start: measureStart,
  memory: measureMemory,
  render: measureRender,
  status: measureStatus,
  thumbnails: measureThumbnails,
  under_thumbnails: measureUnderThumbnails,
  overload: measureOverload,
}

const RESULTS = join(dirname(fileURLToPath(import.meta.url)), 'results', 'latest.json')

function isBroken({ value, limit, atLeast }) {
  return (limit !== undefined && value > limit) || (atLeast !== undefined && value < atLeast)
}

function print(figure) {
  const { name, value, unit, limit, atLeast } = figure
  const promise = limit !== undefined ? `≤ ${limit}` : atLeast !== undefined ? `≥ ${atLeast}` : undefined
  const judged = promise === undefined ? '' : `${isBroken(figure) ? 'BROKEN' : 'ok'} (${promise})`
  // A ratio has no unit, and its second digit counts.
  const digits = unit === '' ? 2 : 1
  console.log(`${name.padEnd(58)} ${value.toFixed(digits).padStart(10)} ${unit.padEnd(6)} ${judged}`)
}

async function main(names) {
  const unknown = names.filter((name) => !(name in MEASUREMENTS))
  if (unknown.length > 0) {
    console.error(`unknown: ${unknown.join(', ')}; there are ${Object.keys(MEASUREMENTS).join(', ')}`)
    return 2
  }
  const chosen = names.length > 0 ? names : Object.keys(MEASUREMENTS)
  const figures = []
  for (const name of chosen) {
    for (const figure of await MEASUREMENTS[name](process.env['VITASCOPE_BIN'])) {
      print(figure)
      figures.push(figure)
    }
  }
  const machine = { cores: cpus().length, model: cpus()[0]?.model, memoryBytes: totalmem() }
  await mkdir(dirname(RESULTS), { recursive: true })
  await writeFile(RESULTS, `${JSON.stringify({ measuredAt: new Date().toISOString(), machine, figures }, null, 2)}\n`)
  console.log(`written to ${RESULTS}`)
  return figures.some(isBroken) ? 1 : 0
}

process.exitCode = await main(process.argv.slice(2))
