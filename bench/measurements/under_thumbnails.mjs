// How fast cheap requests are answered while large photographs are uploaded and made into thumbnails. The time counts
// from when a request was due.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { makePhotographs, meanBytes } from './pictures.mjs'
import { generate, makeFolder, pause, quantile, register, startServer, waitFor } from './server.mjs'

const RATE_PER_SECOND = 2000
const PHOTOGRAPHS = { count: 50, noise: 14, quality: 2 }
const LANES = 8
const ROUNDS = 3
const LIMIT_MS = 120

const uploader = fileURLToPath(new URL('upload_all.mjs', import.meta.url))

function askOnce(url, headers, agent) {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, agent }, (answer) => {
      answer.resume()
      answer.once('end', () => (answer.statusCode === 200 ? resolve() : reject(new Error(String(answer.statusCode)))))
    })
    request.once('error', reject)
  })
}

/** Asks at the fixed rate until `ended` says so; answers the times in milliseconds. */
async function askUntil(ended, url, token) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const headers = { authorization: `Bearer ${token}` }
  const started = performance.now()
  const asked = []
  while (!ended()) {
    const due = started + (asked.length * 1000) / RATE_PER_SECOND
    while (performance.now() < due) await pause(0)
    asked.push(askOnce(url, headers, agent).then(() => performance.now() - due))
  }
  const times = await Promise.all(asked)
  agent.destroy()
  return times
}

async function measureRound(server, token, watched, files) {
  const child = spawn(process.execPath, [uploader, server.url, token, String(LANES), ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let code
  const exited = once(child, 'exit').then(([ended]) => (code = ended))
  await once(createInterface({ input: child.stdout }), 'line')
  const started = performance.now()
  const times = await askUntil(() => code !== undefined, watched, token)
  const seconds = (performance.now() - started) / 1000
  await exited
  if (code !== 0) throw new Error(`the uploads ended with ${String(code)}`)
  return { times, imagesPerSecond: files.length / seconds }
}

export async function measureUnderThumbnails(program) {
  const folder = await makeFolder()
  const files = await makePhotographs(folder.path, PHOTOGRAPHS)
  const server = await startServer(program, folder.path)
  const user = await register(server.url)
  const clip = { prompt: 'anything', model: 'simulated', resolution: '360p', duration: 1 }
  const generation = await generate(user, clip)
  await waitFor(user, generation, ['completed'])
  const watched = `${server.url}/api/generations/${generation}/status`
  const rounds = []
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push(await measureRound(server, user.token, watched, files))
  }
  await server.stop()
  const bytes = await meanBytes(files)
  await folder.remove()
  const p99s = rounds.map(({ times }) => quantile(times, 0.99))
  const what = `status at ${RATE_PER_SECOND}/s under ${files.length} uploads`
  return [
    { name: 'uploads: mean size of the photographs', value: bytes / 1e6, unit: 'MB' },
    { name: `${what}: p50`, value: quantile(rounds.flatMap(({ times }) => times), 0.5), unit: 'ms' },
    { name: `${what}: p99, best round`, value: Math.min(...p99s), unit: 'ms' },
    { name: `${what}: p99, worst round`, value: Math.max(...p99s), unit: 'ms', limit: LIMIT_MS },
    { name: 'uploads with thumbnails meanwhile', value: Math.min(...rounds.map((one) => one.imagesPerSecond)), unit: '1/s' },
  ]
}
