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
  dataDir: string
  stop: () => Promise<void>
  /** Ends the process at once, as a crash does, and starts it again at the same address over the same folder. */
  crash: () => Promise<void>
  restart: () => Promise<void>
}

/** The first administrator of every installation that a journey runs on. */
export const ADMIN = { email: 'operator@example.com', password: 'a screen, a seat and a switch' }

/** Starts the real binary on a free port, over a data folder of its own. */
export async function startServer(): Promise<RunningServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vitascope-e2e-'))
  const begin = async () => {
    await createAdmin(dataDir)
    return spawnServer(dataDir, '127.0.0.1:0')
  }
  let child = await begin().catch(async (error: unknown) => {
    await rm(dataDir, { recursive: true, force: true })
    throw error
  })
  return {
    url: child.url,
    dataDir,
    crash: () => endProcess(child.process, 'SIGKILL'),
    restart: async () => {
      child = await spawnServer(dataDir, new URL(child.url).host)
    },
    stop: async () => {
      await endProcess(child.process, 'SIGTERM')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** As the owner of the machine does before the server first runs. */
async function createAdmin(dataDir: string): Promise<void> {
  const child = spawn(SERVER, ['admin', 'create', ADMIN.email], {
    cwd: dataDir,
    env: { ...process.env, VITASCOPE_MODE: 'test', VITASCOPE_DATA_DIR: dataDir },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const log = keepLog(child)
  const hasEnded = once(child, 'exit')
  child.stdin.end(`${ADMIN.password}\n`)
  const [code] = (await hasEnded) as [number | null]
  if (code !== 0) throw new Error(`no administrator was made; the program said:\n${log()}`)
}

async function spawnServer(dataDir: string, listen: string): Promise<{ process: ChildProcess; url: string }> {
  const child = spawn(SERVER, ['serve'], {
    cwd: dataDir,
    env: {
      ...process.env,
      VITASCOPE_MODE: 'test',
      VITASCOPE_LISTEN: listen,
      VITASCOPE_DATA_DIR: dataDir,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  try {
    return { process: child, url: await findAddress(child, keepLog(child)) }
  } catch (error) {
    await endProcess(child, 'SIGKILL')
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

async function endProcess(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const hasEnded = once(child, 'exit')
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
  await hasEnded
  clearTimeout(timer)
}
