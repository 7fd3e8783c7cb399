// An installation filled by `vitascope seed --load-test`, on SQLite or PostgreSQL, and the accounts to ask it with.

import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeFolder, startServer } from './server.mjs'
import { startPostgres } from './postgres.mjs'

const run = promisify(execFile)

const ACCOUNTS = 500
// Accounts that are signed in; those with a full first page of projects are asked as.
const SIGNED_IN = 120
const PROJECTS_A_PAGE = 20
const SEED_MS_MAX = 3_600_000

// One job runs, all others wait, so that nothing but the requests is at work.
const QUIET = {
  VITASCOPE_MODELS__SIMULATED__DURATION: '10m',
  VITASCOPE_QUEUE__REMOTE_CONCURRENCY: '1',
}

export const pad = (number, digits) => String(number).padStart(digits, '0')

/** Fills an installation; `VITASCOPE_BENCH_DATA` names a folder in which it is kept for the next time. */
export async function openSeeded(program, database, generations) {
  const kept = process.env['VITASCOPE_BENCH_DATA']
  const path = kept === undefined ? undefined : join(kept, `${database}-${generations}`)
  if (path !== undefined) await mkdir(path, { recursive: true })
  const folder = path === undefined ? await makeFolder() : { path, remove: async () => {} }
  if (process.getuid() === 0) await run('chmod', ['755', folder.path])
  const postgres = database === 'postgres' ? await startPostgres(folder.path) : undefined
  if (postgres === null) return null
  const variables = { ...QUIET, ...(postgres && { DATABASE_URL: postgres.url }) }
  const mark = join(folder.path, 'seeded')
  const began = performance.now()
  let seconds
  if (!existsSync(mark)) {
    const args = ['seed', '--load-test', '--projects-per-user', '19', '--generations', String(generations)]
    const env = { PATH: process.env['PATH'], VITASCOPE_MODE: 'test', ...variables }
    await run(program, ['--data-dir', join(folder.path, 'data'), ...args], { env, timeout: SEED_MS_MAX })
    seconds = (performance.now() - began) / 1000
    // What autovacuum does within minutes of a bulk load.
    if (postgres) await run(`${postgres.tools}vacuumdb`, [...postgres.place, '-d', 'vitascope', '--analyze', '-q'])
    await writeFile(mark, '')
  }
  const server = await startServer(program, folder.path, variables)
  return {
    server,
    postgres,
    seconds,
    generationsEach: Math.floor(generations / ACCOUNTS),
    close: async () => {
      await server.stop()
      await postgres?.stop()
      await folder.remove()
    },
  }
}

/** Accounts with tokens that have at least a page of projects; the first has exactly one page. */
export async function signIn(url) {
  const users = []
  for (let number = 2; number < 2 + SIGNED_IN; number += 1) {
    const email = `loadtest-${pad(number, 3)}@test.com`
    const body = JSON.stringify({ email, password: `test-password-${pad(number, 3)}` })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/api/auth/login`, { method: 'POST', headers, body })
    if (!answer.ok) throw new Error(`login: ${answer.status} ${await answer.text()}`)
    const { token } = await answer.json()
    const listed = await fetch(`${url}/api/projects?limit=100`, { headers: { authorization: `Bearer ${token}` } })
    const projects = (await listed.json()).projects.length
    if (projects >= PROJECTS_A_PAGE) users.push({ number, token, projects })
  }
  users.sort((a, b) => a.projects - b.projects)
  if (users[0]?.projects !== PROJECTS_A_PAGE) throw new Error('no account has exactly a page of projects')
  return users
}
