// A PostgreSQL of its own for a measurement: durable, tuned, on a free port, gone afterwards.

import { execFile } from 'node:child_process'
import { appendFile, chown, mkdir, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

// fsync, full_page_writes and synchronous_commit stay on, as they are by default.
const SETTINGS = `
shared_buffers = 256MB
work_mem = 16MB
effective_cache_size = 1GB
max_wal_size = 4GB
max_connections = 300
random_page_cost = 1.1
logging_collector = off
log_destination = stderr
log_line_prefix = '%p '
`

async function findTools() {
  const root = '/usr/lib/postgresql'
  const versions = await readdir(root).catch(() => [])
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0]
  return newest === undefined ? '' : `${root}/${newest}/bin/`
}

/** Root may not run PostgreSQL; the account of the package does it then. */
async function findAccount() {
  if (process.getuid() !== 0) return undefined
  const { stdout } = await run('id', ['-u', 'postgres'])
  return { name: 'postgres', uid: Number(stdout) }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** Starts a cluster in `folder`, or goes on with the one that is there; null where there is no PostgreSQL. */
export async function startPostgres(folder) {
  const tools = await findTools()
  const account = await findAccount().catch(() => undefined)
  const present = await run(`${tools}pg_ctl`, ['--version']).then(() => true, () => false)
  if (!present || (process.getuid() === 0 && account === undefined)) return null
  const as = (program, args) =>
    account === undefined
      ? run(`${tools}${program}`, args, { cwd: folder })
      : run('runuser', ['-u', account.name, '--', `${tools}${program}`, ...args], { cwd: folder })
  const data = join(folder, 'cluster')
  const isNew = !(await readdir(folder)).includes('cluster')
  if (isNew) {
    await mkdir(data)
    if (account !== undefined) await chown(data, account.uid, -1)
    await as('initdb', ['-D', data, '-A', 'trust', '-U', 'bench', '-E', 'UTF8', '--locale=C.UTF-8', '--no-instructions'])
    await appendFile(join(data, 'postgresql.conf'), SETTINGS)
  }
  const port = await freePort()
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${data}`
  const log = join(data, 'server.log')
  await as('pg_ctl', ['-D', data, '-w', '-t', '60', '-l', log, '-o', options, 'start'])
  const place = ['-h', '127.0.0.1', '-p', String(port), '-U', 'bench']
  if (isNew) await run(`${tools}createdb`, [...place, 'vitascope'])
  return {
    url: `postgres://bench@127.0.0.1:${port}/vitascope`,
    log,
    place,
    tools,
    sql: async (text) => (await run(`${tools}psql`, [...place, '-d', 'vitascope', '-qAtc', text])).stdout.trim(),
    stop: () => as('pg_ctl', ['-D', data, '-m', 'fast', '-w', 'stop']),
    remove: () => rm(data, { recursive: true, force: true }),
  }
}
