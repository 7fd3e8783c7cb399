// What a second holds: jobs of the queue on each database, and logins beside the bare hashes that they cost.

import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { makeFolder, median, register, startServer } from './server.mjs'
import { startPostgres } from './postgres.mjs'
import { post, press } from './wrk.mjs'

const run = promisify(execFile)

const JOBS = 20_000
const QUICK_JOBS = 5_000
const ROUNDS = 3
const SECONDS = 5
const LOGIN_CONNECTIONS = 16
const LOGINS_LEAST = 0.8

/** Builds an example of a crate, as the program was built, and answers its path. */
async function build(crate, example) {
  const release = process.env['VITASCOPE_BENCH_PROFILE'] === 'dev' ? [] : ['--release']
  const args = ['build', '--locked', ...release, '-p', crate, '--example', example, '--message-format=json', '-q']
  const { stdout } = await run('cargo', args, { maxBuffer: 1 << 28 })
  for (const line of stdout.split('\n').reverse()) {
    if (!line.includes('"executable"')) continue
    const message = JSON.parse(line)
    if (message.target?.name === example && message.executable) return message.executable
  }
  throw new Error(`cargo did not say where the example ${example} is`)
}

async function measureJobs(example, database, jobs, url) {
  const args = [String(jobs), '64', ...(url ? [url] : [])]
  const { stdout } = await run(example, args)
  const rate = (what) => Number(new RegExp(`${what}: .* ([\\d.]+) jobs/s`).exec(stdout)?.[1])
  return [
    { name: `jobs enqueued, ${database}`, value: rate('enqueued, 100 a transaction'), unit: '1/s' },
    { name: `jobs claimed, run and ended, ${database}`, value: rate('claimed, run and ended'), unit: '1/s' },
  ]
}

/** Logins and bare hashes in turns: both take every core. */
async function measureLogins(program, example) {
  const folder = await makeFolder()
  const server = await startServer(program, folder.path)
  const { email } = await register(server.url)
  const body = JSON.stringify({ email, password: 'a password to measure with' })
  const lua = post('"/api/auth/login"', `'${body}'`)
  const rounds = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const run_ = { connections: LOGIN_CONNECTIONS, seconds: SECONDS }
    const ours = await press(server.url, [{ number: 0, token: '' }], lua, run_)
    const { stdout } = await run(example, [String(availableParallelism()), String(SECONDS)])
    rounds.push({ ours: ours.perSecond, bare: Number(/([\d.]+) hashes\/s/.exec(stdout)[1]) })
  }
  await server.stop()
  await folder.remove()
  const ratios = rounds.map(({ ours, bare }) => ours / bare)
  const spread = [Math.min(...ratios), Math.max(...ratios)]
  return [
    { name: `logins over ${LOGIN_CONNECTIONS} connections`, value: median(rounds.map(({ ours }) => ours)), unit: '1/s', rounds },
    { name: '  bare argon2id hashes', value: median(rounds.map(({ bare }) => bare)), unit: '1/s' },
    { name: '  part of the bare hashes', value: median(ratios), unit: '', spread, atLeast: LOGINS_LEAST },
  ]
}

export async function measureRates(program, options) {
  const jobs = options.quick ? QUICK_JOBS : JOBS
  const queueRate = await build('vita-jobs', 'queue_rate')
  const figures = await measureJobs(queueRate, 'sqlite', jobs)
  const folder = await makeFolder()
  if (process.getuid() === 0) await run('chmod', ['755', folder.path])
  const postgres = await startPostgres(folder.path)
  if (postgres === null) console.error('skipped: jobs on postgres: there is no PostgreSQL on this machine')
  else {
    figures.push(...(await measureJobs(queueRate, 'postgres', jobs, postgres.url)))
    await postgres.stop()
  }
  await folder.remove()
  figures.push(...(await measureLogins(program, await build('vita-app', 'hash_rate'))))
  return figures
}
