import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { SERVER } from './requirements.ts'

const START_MS_MAX = 15_000
const STOP_MS_MAX = 15_000

export interface RunningServer {
  url: string
  stop: () => Promise<void>
}

/** Starts the real binary on a free port, over a data folder of its own. */
export async function startServer(): Promise<RunningServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vitascope-e2e-'))
  const child = spawn(SERVER, ['serve'], {
    cwd: dataDir,
    env: {
      ...process.env,
      VITASCOPE_MODE: 'test',
      VITASCOPE_LISTEN: '127.0.0.1:0',
      VITASCOPE_DATA_DIR: dataDir,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log = keepLog(child)
  try {
    const url = await findAddress(child, log)
    return {
      url,
      stop: async () => {
        await stopChild(child)
        await rm(dataDir, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await stopChild(child)
    await rm(dataDir, { recursive: true, force: true })
    throw error
  }
}

function findAddress(child: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`the server ${why}; it said:\n${log()}`))
    const timer = setTimeout(() => fail(`was not ready after ${START_MS_MAX} ms`), START_MS_MAX)
    child.once('exit', (code) => {
      clearTimeout(timer)
      fail(`ended with code ${String(code)}`)
    })
    child.once('error', (error) => {
      clearTimeout(timer)
      fail(`could not be started: ${error.message}`)
    })
    if (child.stdout === null) return
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /listening on (http:\/\/\S+)/.exec(line)?.[1]
      if (address === undefined) return
      clearTimeout(timer)
      resolve(address.replace(/\/$/, ''))
    })
  })
}

/** Keeps the end of what the server says, for the message of a failure. */
function keepLog(child: ChildProcess): () => string {
  const LINES_MAX = 60
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      if (lines.length > LINES_MAX) lines.shift()
    })
  }
  return () => lines.join('\n')
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const hasEnded = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
  await hasEnded
  clearTimeout(timer)
}
