// Requests as fast as they are answered, by wrk: each drawn by a Lua script from many accounts and ids.

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const LUA_END = `
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('RESULT {"requests":%d,"micros":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.status, e.connect + e.read + e.write + e.timeout))
end
`

function script(users, draw) {
  const accounts = users.map(({ number, token }) => `{"${String(number).padStart(3, '0')}","${token}"}`)
  return `local users = {${accounts.join(',')}}
math.randomseed(${Date.now() % 1_000_000})
local function headers(token) return "Host: bench\\r\\nAuthorization: Bearer " .. token .. "\\r\\n" end
local count = #users
request = function()
  local user = users[math.random(count)]
  local number, token = user[1], user[2]
  ${draw}
end
${LUA_END}`
}

/** One run; `draw` is Lua that answers the text of a request for the account \`number\` with \`token\`. */
export async function press(url, users, draw, { connections, seconds }) {
  const folder = await mkdtemp(join(tmpdir(), 'vitascope-wrk-'))
  const path = join(folder, 'draw.lua')
  await writeFile(path, script(users, draw))
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', path, url]
  const { stdout } = await run('wrk', args, { maxBuffer: 1 << 24 })
  await rm(folder, { recursive: true })
  const found = JSON.parse(/RESULT (.*)/.exec(stdout)[1])
  if (found.refused === found.requests) throw new Error(`all requests were refused:\n${stdout}`)
  return {
    // What is refused, as under overload, is no work done.
    perSecond: ((found.requests - found.refused) * 1e6) / found.micros,
    refused: found.refused,
    p50: found.p50 / 1000,
    p99: found.p99 / 1000,
    broken: found.broken,
  }
}

/** Lua for a request without a body. */
export const get = (path) => `return "GET " .. ${path} .. " HTTP/1.1\\r\\n" .. headers(token) .. "\\r\\n"`

/** Lua for a request with a JSON body. */
export const post = (path, body) => `local body = ${body}
  return "POST " .. ${path} .. " HTTP/1.1\\r\\n" .. headers(token) ..
    "Content-Type: application/json\\r\\nContent-Length: " .. #body .. "\\r\\n\\r\\n" .. body`
