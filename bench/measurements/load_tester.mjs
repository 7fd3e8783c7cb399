// How much load `vitascope load` makes: requests a second beside wrk's, and oha's where it is, against the same small
// server, in turns, and the memory of many virtual users.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { runScript, startTarget } from './load_runs.mjs'
import { makeFolder, median } from './server.mjs'

const run = promisify(execFile)

const CONNECTIONS = 50
const ROUNDS = 5
const QUICK_ROUNDS = 3
const SECONDS = 5
const QUICK_SECONDS = 3
const PART_OF_WRK_LEAST = 0.5
const USERS = 5_000
const QUICK_USERS = 1_000
const USERS_SECONDS = 20
// 1.45 GB for 5,000 virtual users, of which this is the part of each.
const KB_A_USER_MOST = 1_450_000 / 5_000
const RATE = 10_000
const RATE_ERROR_MOST = 0.01

// What scripts usually do: groups, checks, tags, names and thresholds are all at work.
const BUSY = `
import http from 'k6/http'
import { check, group } from 'k6'
import { Trend } from 'k6/metrics'
const size = new Trend('size')
export const options = {
  thresholds: { http_req_failed: ['rate<0.01'], 'http_req_duration{kind:read}': ['p(95)<5000'], checks: ['rate>0.99'] },
}
export default function () {
  group('reads', () => {
    const answer = http.get(__ENV.TARGET + '/items/' + (__ITER % 100), { tags: { kind: 'read', name: '/items/:id' } })
    check(answer, { 'is 200': (r) => r.status === 200, 'has a body': (r) => r.body.length > 1000 })
    size.add(answer.body.length)
  })
}
`

const CALM = `
import http from 'k6/http'
import { check, sleep } from 'k6'
export default function () {
  check(http.get(__ENV.TARGET + '/'), { 'is 200': (r) => r.status === 200 })
  sleep(1)
}
`

const STEADY = `
import http from 'k6/http'
export const options = {
  scenarios: { steady: { executor: 'constant-arrival-rate', rate: ${RATE}, timeUnit: '1s', duration: '10s', preAllocatedVUs: 200, maxVUs: 400 } },
}
export default function () { http.get(__ENV.TARGET + '/') }
`

async function pressWrk(url, seconds) {
  const { stdout } = await run('wrk', ['-t2', `-c${CONNECTIONS}`, `-d${seconds}s`, url])
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1])
}

async function hasOha() {
  return run('oha', ['--version']).then(
    () => true,
    () => false,
  )
}

async function pressOha(url, seconds) {
  const { stdout } = await run('oha', ['--no-tui', '--output-format', 'json', '-c', String(CONNECTIONS), '-z', `${seconds}s`, url])
  return JSON.parse(stdout).summary.requestsPerSec
}

export async function measureLoadTester(program, options) {
  const target = await startTarget()
  const folder = await makeFolder()
  const seconds = options.quick ? QUICK_SECONDS : SECONDS
  const withOha = await hasOha()
  if (!withOha) console.error('skipped: oha beside wrk: it is not on this machine')
  const rounds = []
  for (let round = 0; round < (options.quick ? QUICK_ROUNDS : ROUNDS); round += 1) {
    const wrk = await pressWrk(target.url, seconds)
    const { metrics } = await runScript(program, folder.path, BUSY, target.url, ['--vus', String(CONNECTIONS), '--duration', `${seconds}s`])
    const ours = metrics.http_reqs.rate
    const oha = withOha ? await pressOha(target.url, seconds) : undefined
    rounds.push({ wrk, ours, ratio: ours / wrk, oha })
  }
  const users = options.quick ? QUICK_USERS : USERS
  const calm = await runScript(program, folder.path, CALM, target.url, ['--vus', String(users), '--duration', `${USERS_SECONDS}s`])
  const steady = await runScript(program, folder.path, STEADY, target.url, [])
  target.stop()
  await folder.remove()
  const of = (field) => rounds.map((round) => round[field])
  const spread = (values) => [Math.min(...values), Math.max(...values)]
  const begun = steady.metrics.iterations.count + (steady.metrics.dropped_iterations?.count ?? 0)
  return [
    { name: `load run, ${CONNECTIONS} users, checks, group, tags, thresholds`, value: median(of('ours')), unit: '1/s', spread: spread(of('ours')), rounds },
    { name: `wrk, ${CONNECTIONS} connections, the same server`, value: median(of('wrk')), unit: '1/s', spread: spread(of('wrk')) },
    ...(withOha ? [{ name: `oha, ${CONNECTIONS} connections, the same server`, value: median(of('oha')), unit: '1/s', spread: spread(of('oha')) }] : []),
    { name: '  part of wrk', value: median(of('ratio')), unit: '', spread: spread(of('ratio')), atLeast: PART_OF_WRK_LEAST },
    { name: `most memory of ${users} users: get, check, sleep(1)`, value: calm.peakKb / 1000, unit: 'MB', limit: (users * KB_A_USER_MOST) / 1000 },
    { name: `  their iterations`, value: calm.metrics.iterations.rate, unit: '1/s' },
    { name: `arrivals of ${RATE}/s over 10 s: away from what is due`, value: Math.abs(begun / (RATE * 10) - 1) * 100, unit: '%', limit: RATE_ERROR_MOST * 100 },
    { name: '  of these without a free user', value: steady.metrics.dropped_iterations?.count ?? 0, unit: '' },
  ]
}
