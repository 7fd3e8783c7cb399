// What is still answered when more is asked than can be done: the dashboard over so many connections that each waits for
// its answer before it asks again, from few to far more than the server can serve at once. The peak is the most that any
// number of connections got; twice the connections of the breaking point must get nine tenths of it, refusals not counted.

import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeFolder, register, startServer } from './server.mjs'

const SECONDS = 8
const CONNECTIONS = [16, 64, 128, 256, 512, 1024, 2048]
// Beyond it an answer is late: the promise for the dashboard's p95.
const LATE_MS = 300
const KEPT_PERCENT = 90

const run = promisify(execFile)

// Counts answers by their status: wrk itself only tells those that are no success.
const SCRIPT = `
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() ok, refused, other = 0, 0, 0 end
function response(status)
  if status == 200 then ok = ok + 1 elseif status == 503 then refused = refused + 1 else other = other + 1 end
end
function done(summary, latency)
  local ok, refused, other = 0, 0, 0
  for _, thread in ipairs(threads) do
    ok, refused, other = ok + thread:get('ok'), refused + thread:get('refused'), other + thread:get('other')
  end
  io.write(string.format('{"ok":%d,"refused":%d,"other":%d,"seconds":%f,"p95":%f}\\n',
    ok, refused, other, summary.duration / 1e6, latency:percentile(95) / 1e3))
end
`

async function load(url, token, script, connections) {
  const threads = Math.min(2, connections)
  const args = [`-t${threads}`, `-c${connections}`, `-d${SECONDS}s`, '--timeout', '10s', '-s', script]
  const { stdout } = await run('wrk', [...args, '-H', `authorization: Bearer ${token}`, `${url}/api/dashboard`])
  const counted = JSON.parse(stdout.slice(stdout.lastIndexOf('{"ok"')))
  if (counted.other > 0) throw new Error(`answers that are neither 200 nor 503: ${counted.other}`)
  return { connections, served: counted.ok / counted.seconds, refused: counted.refused / counted.seconds, p95: counted.p95 }
}

export async function measureOverload(program) {
  const folder = await makeFolder()
  const script = join(folder.path, 'count.lua')
  await writeFile(script, SCRIPT)
  const server = await startServer(program, folder.path)
  const user = await register(server.url)
  const figures = []
  const runs = []
  for (const connections of CONNECTIONS) {
    const found = await load(server.url, user.token, script, connections)
    runs.push(found)
    const name = `dashboard over ${connections} connections`
    figures.push({ name: `${name}, served`, value: found.served, unit: '1/s' })
    figures.push({ name: `${name}, refused`, value: found.refused, unit: '1/s' })
    figures.push({ name: `${name}, p95 of both`, value: found.p95, unit: 'ms' })
  }
  await server.stop()
  await folder.remove()
  const peak = Math.max(...runs.map(({ served }) => served))
  const breaking = runs.find(({ refused, p95 }) => refused > 0 || p95 > LATE_MS) ?? runs.at(-1)
  const beyond = runs.find(({ connections }) => connections >= 2 * breaking.connections) ?? runs.at(-1)
  const lost = 100 * (1 - beyond.served / peak)
  figures.push({ name: 'first late or refused at', value: breaking.connections, unit: 'conns' })
  figures.push({ name: `lost of the peak at ${beyond.connections} connections`, value: lost, unit: '%', limit: 100 - KEPT_PERCENT })
  return figures
}
