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
import { measureLogin } from './measurements/login.mjs'
import { measureGrowth, measureLoadPostgres, measureLoadSqlite } from './measurements/load.mjs'
import { measureRates } from './measurements/rates.mjs'
import { measureLoadTester } from './measurements/load_tester.mjs'
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
  lighthouse: measureLighthouse,
}

// What takes half an hour and a disk is measured only when it is named.
const ON_DEMAND = { growth: measureGrowth }

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
  const options = { quick: args.includes('--quick') }
  const names = args.filter((arg) => arg !== '--quick')
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
