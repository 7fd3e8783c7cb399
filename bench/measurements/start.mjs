// From the start of the process to its first answer, over a new folder and over one that is there.

import { makeFolder, median, startServer } from './server.mjs'

const RUNS = 10
const LIMIT_MS = 300

async function startOnce(program, folder) {
  const started = performance.now()
  const server = await startServer(program, folder)
  const answer = await fetch(`${server.url}/api/health`)
  await answer.text()
  const took = performance.now() - started
  await server.stop()
  return took
}

export async function measureStart(program) {
  const fresh = []
  const again = []
  for (let run = 0; run < RUNS; run += 1) {
    const folder = await makeFolder()
    fresh.push(await startOnce(program, folder.path))
    again.push(await startOnce(program, folder.path))
    await folder.remove()
  }
  return [
    { name: 'start to first answer, new folder (median of 10)', value: median(fresh), unit: 'ms', limit: LIMIT_MS },
    { name: 'start to first answer (median of 10)', value: median(again), unit: 'ms', limit: LIMIT_MS },
    { name: 'start to first answer (slowest of 20)', value: Math.max(...fresh, ...again), unit: 'ms' },
  ]
}
