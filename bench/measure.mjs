// Measures a built Vitascope: each measurement starts the program over a folder of its own, and prints a line.
// What is promised stands beside what was measured; a broken promise makes the exit code 1.

import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { measureStart } from './measurements/start.mjs'
import { measureMemory } from './measurements/memory.mjs'
import { measureRender } from './measurements/render.mjs'
import { measureStatus } from './measurements/status.mjs'
import { measureThumbnails } from './measurements/thumbnails.mjs'
import { measureUnderThumbnails } from './measurements/under_thumbnails.mjs'
import { measureLogin } from './measurements/login.mjs'
import { measureGrowthPostgres, measureGrowthSqlite, measureLoadPostgres, measureLoadSqlite } from './measurements/load.mjs'
import { measureRates } from './measurements/rates.mjs'
import { measureLoadTester } from './measurements/load_tester.mjs'
import { measureLoadAccuracy } from './measurements/load_accuracy.mjs'
import { measureLoadUploads } from './measurements/load_uploads.mjs'
import { measureLoadFlat } from './measurements/load_flat.mjs'
import { measureLighthouse } from './measurements/lighthouse.mjs'
import { measureOverload } from './measurements/overload.mjs'

const MEASUREMENTS = {
  start: measureStart,
  memory: measureMemory,
  render: measureRender,
  status: measureStatus,
  thumbnails: measureThumbnails,
  under_thumbnails: measureUnderThumbnails,
  login: measureLogin,
  rates: measureRates,
  'load-sqlite': measureLoadSqlite,
  'load-postgres': measureLoadPostgres,
  overload: measureOverload,
  'load-tester': measureLoadTester,
  'load-accuracy': measureLoadAccuracy,
  'load-uploads': measureLoadUploads,
  lighthouse: measureLighthouse,
}

// What takes long, or a disk, is measured only when it is named.
const ON_DEMAND = { 'growth-sqlite': measureGrowthSqlite, 'growth-postgres': measureGrowthPostgres, 'load-flat': measureLoadFlat }

const RESULTS = join(dirname(fileURLToPath(import.meta.url)), 'results', 'latest.json')

function judge({ value, limit, atLeast }) {
  if (limit !== undefined) return value <= limit ? `ok (≤ ${limit})` : `BROKEN (≤ ${limit})`
  if (atLeast !== undefined) return value >= atLeast ? `ok (≥ ${atLeast})` : `BROKEN (≥ ${atLeast})`
  return ''
}

function print(figure) {
  const digits = figure.unit === '' ? 2 : 1
  const spread = figure.spread?.map((end) => end.toFixed(digits)).join('–') ?? ''
  const columns = [figure.name.padEnd(58), figure.value.toFixed(digits).padStart(10), figure.unit.padEnd(6)]
  console.log(`${columns.join(' ')} ${spread.padEnd(19)} ${judge(figure)}`.trimEnd())
}

async function main(args) {
  const { values, positionals: names } = parseArgs({
    args,
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false }, duration: { type: 'string' } },
  })
  const options = { quick: values.quick }
  if (values.duration !== undefined) {
    const [, number, unit] = /^(\d+)(s|m|h)$/.exec(values.duration) ?? []
    if (unit === undefined) {
      console.error(`--duration ${values.duration}: a time is a number with its unit, such as 90s, 10m or 1h`)
      return 2
    }
    options.durationSeconds = Number(number) * { s: 1, m: 60, h: 3600 }[unit]
  }
  const all = { ...MEASUREMENTS, ...ON_DEMAND }
  const unknown = names.filter((name) => !(name in all))
  if (unknown.length > 0) {
    console.error(`unknown: ${unknown.join(', ')}; there are ${Object.keys(all).join(', ')}`)
    return 2
  }
  const chosen = names.length > 0 ? names : Object.keys(MEASUREMENTS)
  const figures = []
  for (const name of chosen) {
    for (const figure of await all[name](process.env['VITASCOPE_BIN'], options)) {
      print(figure)
      figures.push(figure)
    }
  }
  const machine = { cores: cpus().length, model: cpus()[0]?.model, memoryBytes: totalmem() }
  await mkdir(dirname(RESULTS), { recursive: true })
  await writeFile(RESULTS, `${JSON.stringify({ measuredAt: new Date().toISOString(), ...options, machine, figures }, null, 2)}\n`)
  console.log(`written to ${RESULTS}`)
  return figures.some((figure) => judge(figure).startsWith('BROKEN')) ? 1 : 0
}

process.exitCode = await main(process.argv.slice(2))
