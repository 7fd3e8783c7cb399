// A running Vitascope for a measurement, and what every measurement asks of it.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const START_MS_MAX = 30_000
const CLIP_MS_MAX = 300_000
const PAUSE_MS = 20

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

export const median = (values) => quantile(values, 0.5)

export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]
}

export async function makeFolder() {
  const path = await mkdtemp(join(tmpdir(), 'vitascope-bench-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** Starts the program over a folder; answers when it prints that it listens. */
export async function startServer(program, folder, variables = {}) {
  const child = spawn(program, ['serve'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      VITASCOPE_MODE: 'test',
      VITASCOPE_LISTEN: '127.0.0.1:0',
      VITASCOPE_DATA_DIR: join(folder, 'data'),
      VITASCOPE_LOG: 'warn',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the server did not get ready')), START_MS_MAX)
    child.once('exit', (code) => reject(new Error(`the server ended with ${String(code)}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /^listening on (\S+)/.exec(line)?.[1]
      if (address === undefined) return
      clearTimeout(timer)
      resolve(address)
    })
  })
  return {
    url,
    pid: child.pid,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Resident memory of a process in bytes, without what it maps of a file with this name. */
export async function readResidentBytes(pid, apart) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const all = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024
  if (apart === undefined) return all
  let mapped = 0
  let isApart = false
  for (const line of (await readFile(`/proc/${pid}/smaps`, 'utf8')).split('\n')) {
    if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) isApart = line.includes(apart)
    else if (isApart && line.startsWith('Rss:')) mapped += Number(/\d+/.exec(line)[0]) * 1024
  }
  return all - mapped
}

/** A new account at a server. */
export async function register(url, email = `bench-${Date.now()}@example.org`) {
  const call = async (method, path, body) => {
    const answer = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text === '' ? null : JSON.parse(text)
  }
  let token
  const password = 'a password to measure with'
  token = (await call('POST', '/api/auth/register', { email, password })).token
  return { email, password, token, call }
}

/** Asks for a clip; answers the generation's id. */
export async function generate({ call }, scene) {
  const project = await call('POST', '/api/projects', { title: 'Measured' })
  const { id: sceneId } = await call('POST', `/api/projects/${project.id}/scenes`, { prompt: scene.prompt })
  const { prompt: _, ...asked } = scene
  const accepted = await call('POST', `/api/projects/${project.id}/generate`, { sceneId, ...asked })
  return accepted.generationId
}

/** Waits until a generation has one of these statuses. */
export async function waitFor({ call }, generation, statuses) {
  const started = performance.now()
  for (;;) {
    const found = await call('GET', `/api/generations/${generation}/status`)
    if (statuses.includes(found.status)) return found
    if (performance.now() - started > CLIP_MS_MAX) throw new Error(`still ${found.status}`)
    await pause(PAUSE_MS)
  }
}
