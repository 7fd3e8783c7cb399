// Whether `vitascope load` tells the truth: its percentiles beside those of the latencies that the server knows it served.

import { runScript, startTarget } from './load_runs.mjs'
import { makeFolder } from './server.mjs'

const USERS = 30
const SECONDS = 20
const QUICK_SECONDS = 5
const PERCENTILES = { p50: 'med', p90: 'p(90)', p95: 'p(95)', p99: 'p(99)' }
const ERROR_PERCENT_MOST = 2
const SHAPES = {
  fixed: '40 ms always',
  bimodal: '20 ms, and 120 ms of three in ten',
  tail: 'from 20 ms, with the tail of a Pareto distribution up to 1 s',
}

// Users who always wait as long as each other fall into step: they come at once, and wait for each other where the
// server takes no note of it. So each pauses for a time of its own.
const scriptFor = (shape) => `
import http from 'k6/http'
import { sleep } from 'k6'
export const options = { summaryTrendStats: ['med', 'p(90)', 'p(95)', 'p(99)'] }
export default function () {
  sleep(Math.random() / 20)
  http.get(__ENV.TARGET + '/latency/${shape}')
}
`

export async function measureLoadAccuracy(program, options) {
  const target = await startTarget()
  const folder = await makeFolder()
  const seconds = options.quick ? QUICK_SECONDS : SECONDS
  const figures = []
  for (const [shape, described] of Object.entries(SHAPES)) {
    const { metrics } = await runScript(program, folder.path, scriptFor(shape), target.url, ['--vus', String(USERS), '--duration', `${seconds}s`])
    const served = await (await fetch(`${target.url}/served/${shape}`)).json()
    const told = metrics.http_req_duration
    const errors = Object.entries(PERCENTILES).map(([key, name]) => Math.abs(told[name] / served[key] - 1) * 100)
    figures.push({
      name: `latency ${shape}: percentiles away from the true ones, at most`,
      value: Math.max(...errors),
      unit: '%',
      spread: [Math.min(...errors), Math.max(...errors)],
      limit: ERROR_PERCENT_MOST,
      described,
      told,
      served,
    })
    const missing = served.count - metrics.http_reqs.count
    figures.push({ name: `  requests served but not counted, of ${served.count}`, value: missing, unit: '', limit: 0 })
  }
  target.stop()
  await folder.remove()
  return figures
}
