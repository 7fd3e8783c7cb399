// How much load `vitascope load` makes: requests a second beside wrk's against the same small server, in turns, and the
// memory of many virtual users.

import { execFile, spawn } from 'node:child_process'
import { access, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { makeFolder, median } from './server.mjs'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))

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

async function startTarget() {
  const path = process.env['VITASCOPE_LOAD_TARGET'] ?? join(here, '../../target/release/examples/target')
  await access(path).catch(() => {
    throw new Error(`${path} is missing: cargo build --release -p vita-k6 --example target`)
  })
  const child = spawn(path, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [url] = await new Promise((done) => createInterface(child.stdout).once('line', (line) => done([line])))
  return { url, stop: () => child.kill() }
}

/** Runs a script; answers its summary and the most memory that the program had, in KB. */
async function runScript(program, folder, script, target, args) {
  const [path, summary] = [join(folder, 'script.js'), join(folder, 'summary.json')]
  await writeFile(path, script)
  const child = spawn(program, ['load', 'run', '--quiet', '--summary-export', summary, '-e', `TARGET=${target}`, ...args, path], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let peakKb = 0
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0))
  }, 200)
  const code = await new Promise((done) => child.once('exit', done))
  clearInterval(watch)
  if (code !== 0) throw new Error(`the script ended with ${code}`)
  return { metrics: JSON.parse(await readFile(summary, 'utf8')).metrics, peakKb }
}

async function pressWrk(url, seconds) {
  const { stdout } = await run('wrk', ['-t2', `-c${CONNECTIONS}`, `-d${seconds}s`, url])
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1])
}

export async function measureLoadTester(program, options) {
  const target = await startTarget()
  const folder = await makeFolder()
  const seconds = options.quick ? QUICK_SECONDS : SECONDS
  const rounds = []
  for (let round = 0; round < (options.quick ? QUICK_ROUNDS : ROUNDS); round += 1) {
    const wrk = await pressWrk(target.url, seconds)
    const { metrics } = await runScript(program, folder.path, BUSY, target.url, ['--vus', String(CONNECTIONS), '--duration', `${seconds}s`])
    const ours = metrics.http_reqs.rate
    rounds.push({ wrk, ours, ratio: ours / wrk })
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
    { name: '  part of wrk', value: median(of('ratio')), unit: '', spread: spread(of('ratio')), atLeast: PART_OF_WRK_LEAST },
    { name: `most memory of ${users} users: get, check, sleep(1)`, value: calm.peakKb / 1000, unit: 'MB', limit: (users * KB_A_USER_MOST) / 1000 },
    { name: `  their iterations`, value: calm.metrics.iterations.rate, unit: '1/s' },
    { name: `arrivals of ${RATE}/s over 10 s: away from what is due`, value: Math.abs(begun / (RATE * 10) - 1) * 100, unit: '%', limit: RATE_ERROR_MOST * 100 },
    { name: '  of these without a free user', value: steady.metrics.dropped_iterations?.count ?? 0, unit: '' },
  ]
}
