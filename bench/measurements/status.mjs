// How fast the status of a generation is answered: while nothing else happens, and while two renders keep every core
// busy. At a fixed rate the time counts from when a request was due, so that a stall shows in all that it delayed.

import { execFile } from 'node:child_process'
import { Agent, get } from 'node:http'
import { promisify } from 'node:util'
import { generate, makeFolder, pause, quantile, register, startServer, waitFor } from './server.mjs'

const RATE_PER_SECOND = 200
const SECONDS = 10
const LIMIT_MS = 50
const CONNECTIONS = 16

const run = promisify(execFile)

function askOnce(url, headers, agent) {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, agent }, (answer) => {
      answer.resume()
      answer.once('end', () => (answer.statusCode === 200 ? resolve() : reject(new Error(String(answer.statusCode)))))
    })
    request.once('error', reject)
  })
}

async function askAtFixedRate(url, token) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const headers = { authorization: `Bearer ${token}` }
  const started = performance.now()
  const times = []
  for (let number = 0; number < RATE_PER_SECOND * SECONDS; number += 1) {
    const due = started + (number * 1000) / RATE_PER_SECOND
    while (performance.now() < due) await pause(Math.max(0, due - performance.now()))
    times.push(askOnce(url, headers, agent).then(() => performance.now() - due))
  }
  const taken = await Promise.all(times)
  agent.destroy()
  return taken
}

async function askAsFastAsPossible(url, token) {
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${SECONDS}s`, '--latency', '-H', `authorization: Bearer ${token}`, url]
  const { stdout } = await run('wrk', args)
  const number = (pattern) => Number(pattern.exec(stdout)?.[1])
  const [, value, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout)
  if (/Non-2xx/.test(stdout)) throw new Error(stdout)
  return { perSecond: number(/Requests\/sec:\s+([\d.]+)/), p99: Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit] }
}

async function measureOnce(url, token, when) {
  const paced = await askAtFixedRate(url, token)
  const flatOut = await askAsFastAsPossible(url, token)
  return [
    { name: `status p50 at ${RATE_PER_SECOND}/s, ${when}`, value: quantile(paced, 0.5), unit: 'ms' },
    { name: `status p99 at ${RATE_PER_SECOND}/s, ${when}`, value: quantile(paced, 0.99), unit: 'ms', limit: LIMIT_MS },
    { name: `status p99 over ${CONNECTIONS} connections flat out, ${when}`, value: flatOut.p99, unit: 'ms', limit: LIMIT_MS },
    { name: `status over ${CONNECTIONS} connections flat out, ${when}`, value: flatOut.perSecond, unit: '1/s' },
  ]
}

export async function measureStatus(program) {
  const folder = await makeFolder()
  const server = await startServer(program, folder.path, { VITASCOPE_QUEUE__RENDER_CONCURRENCY: '2' })
  const user = await register(server.url)
  const asked = { prompt: 'anything', model: 'simulated', resolution: '360p', duration: 1 }
  const watched = await generate(user, asked)
  await waitFor(user, watched, ['completed'])
  const url = `${server.url}/api/generations/${watched}/status`
  const figures = await measureOnce(url, user.token, 'idle')
  const long = { model: 'local', resolution: '1080p', duration: 15 }
  const renders = [
    await generate(user, { ...long, prompt: 'a serene mountain landscape at golden hour' }),
    await generate(user, { ...long, prompt: 'a forest in the fog, slow fly-through' }),
  ]
  for (const render of renders) await waitFor(user, render, ['processing'])
  figures.push(...(await measureOnce(url, user.token, 'two renders')))
  for (const render of renders) {
    const { status } = await user.call('GET', `/api/generations/${render}/status`)
    if (status !== 'processing') throw new Error(`a render ended before the measurement did: ${status}`)
    await user.call('POST', `/api/generations/${render}/cancel`, {})
    await waitFor(user, render, ['cancelled'])
  }
  await server.stop()
  await folder.remove()
  return figures
}
