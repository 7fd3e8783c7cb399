// How much a filled installation carries on each database, and on PostgreSQL beside pgbench, which runs the same
// statements over as many connections: a run of the one, then a run of the other, several times.

import { median, readResidentBytes } from './server.mjs'
import { openSeeded, pad, signIn } from './seeded.mjs'
import { get, post, press } from './wrk.mjs'
import { capture, repeat, toScript, toTransactions } from './pgbench.mjs'

const GENERATIONS = 1_000_000
const QUICK_GENERATIONS = 50_000
const CONNECTIONS = [50, 200]
const ROUNDS = 5
const QUICK_ROUNDS = 3
const SECONDS = 5
const QUICK_SECONDS = 3
const MEMORY_MIB_MAX = 60
const MIB = 1024 * 1024

// The first three of an account have names of their own.
const FIRST = 3

// As pgbench sees the account and the generation that a request draws.
const NUMBER = "lpad(CAST(:number AS TEXT), 3, '0')"
const PLACE = "lpad(CAST(:place AS TEXT), 8, '0')"

// At least so much of what pgbench reaches is promised, by connections.
const PROMISED = {
  status: { 50: 0.75, 200: 0.85 },
  dashboard: { 50: 0.75, 200: 0.75 },
  generate: { 50: 0.6, 200: 0.6 },
}

/** What is asked: as Lua for wrk, once by hand for the log, and what differs from request to request. */
function describe(seeded, users) {
  const [{ number, token }] = users
  const account = pad(number, 3)
  const ask = async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const answer = await fetch(seeded.server.url + path, { method, headers, body })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
    return JSON.parse(text)
  }
  const numbers = users.map((user) => user.number)
  const variables = [
    `\\set index random(1, ${numbers.length})`,
    // pgbench has no lists; the accounts are those of the requests.
    `\\set number ${numbers.map((one, index) => `case when :index = ${index + 1} then ${one} `).join('else ')}${'end '.repeat(numbers.length)}`,
    `\\set place random(${FIRST}, ${seeded.generationsEach - 1})`,
    '\\set fresh random(1, 1000000000000)',
  ].join('\n')
  const asked = (accepted) => [
    [accepted?.generationId ?? '\0', "'gen_' || CAST(:fresh AS TEXT)"],
    [`_${account}`, `'_' || ${NUMBER}`],
  ]
  const first = pad(FIRST, 8)
  const body = (scene) => `{"sceneId":"${scene}","model":"simulated","resolution":"360p","duration":1}`
  return {
    variables,
    requests: {
      status: {
        lua: get(`string.format("/api/generations/gen_load_%08d_%s/status", math.random(${FIRST}, ${seeded.generationsEach - 1}), number)`),
        act: () => ask('GET', `/api/generations/gen_load_${first}_${account}/status`),
        replacements: () => [[`gen_load_${first}`, `'gen_load_' || ${PLACE}`], ...asked()],
      },
      dashboard: {
        lua: get('"/api/dashboard"'),
        act: () => ask('GET', '/api/dashboard'),
        replacements: () => asked(),
      },
      generate: {
        lua: post(
          '"/api/projects/prj_load_" .. number .. "_0000/generate"',
          `'${body("scn_load_' .. number .. '_00000")}'`,
        ),
        act: () => ask('POST', `/api/projects/prj_load_${account}_0000/generate`, body(`scn_load_${account}_00000`)),
        replacements: asked,
      },
    },
  }
}

/** Ids that were made for the captured request, which every repetition needs anew. */
function freshIds(statements) {
  const ids = new Set()
  for (const { sql, params } of statements) {
    if (!/^\s*INSERT/i.test(sql)) continue
    for (const value of params) {
      for (const [id] of (value ?? '').matchAll(/\b(?:job|led|gen|ntf)_[0-9a-hjkmnp-tv-z]{26}\b/g)) ids.add(id)
    }
  }
  return [...ids].map((id, index) => [id, `'${id.slice(0, 4)}${index}_' || CAST(:fresh AS TEXT)`])
}

// A busy server takes a while to follow a setting.
const CAPTURES_MAX = 10

async function makeScript(postgres, request, variables) {
  for (let attempt = 0; attempt < CAPTURES_MAX; attempt += 1) {
    // The first request prepares what is prepared; the log is read for the one after it.
    await request.act()
    let answer
    const logged = await capture(postgres, async () => (answer = await request.act()))
    // Workers, timers and the notifier run transactions of their own; those of the request name the account.
    const namesAccount = ({ params }) => params.some((value) => value?.includes('usr_load_'))
    const statements = toTransactions(logged).filter((own) => own.some(namesAccount)).flat()
    if (statements.length === 0) continue
    const replacements = [...freshIds(statements), ...request.replacements(answer)]
    return { script: toScript(statements, variables, replacements), count: statements.length }
  }
  throw new Error('the log holds no statement of the request')
}

async function measureRequest(seeded, users, name, request, variables, options) {
  const figures = []
  const theirs = seeded.postgres ? await makeScript(seeded.postgres, request, variables) : undefined
  for (const connections of CONNECTIONS) {
    const run = { connections, seconds: options.quick ? QUICK_SECONDS : SECONDS }
    const rounds = []
    for (let round = 0; round < (options.quick ? QUICK_ROUNDS : ROUNDS); round += 1) {
      const ours = await press(seeded.server.url, users, request.lua, run)
      const bare = theirs && (await repeat(seeded.postgres, theirs.script, run))
      rounds.push({ ours, bare, ratio: bare && ours.perSecond / bare.perSecond })
    }
    const where = `${options.database}, ${connections} connections`
    const of = (pick) => rounds.map(pick)
    const range = (values) => [Math.min(...values), Math.max(...values)]
    const rates = of(({ ours }) => ours.perSecond)
    figures.push({ name: `${name}, ${where}`, value: median(rates), unit: '1/s', spread: range(rates), rounds })
    const refused = of(({ ours }) => ours.refused).reduce((sum, one) => sum + one)
    if (refused > 0) figures.push({ name: `  refused of all requests, ${where}`, value: refused, unit: '' })
    figures.push({ name: `${name} p99, ${where}`, value: median(of(({ ours }) => ours.p99)), unit: 'ms' })
    if (theirs) {
      const ratios = of(({ ratio }) => ratio)
      const bare = of(({ bare }) => bare.perSecond)
      figures.push({ name: `  pgbench, the same ${theirs.count} statements`, value: median(bare), unit: '1/s', spread: range(bare) })
      figures.push({ name: '  part of pgbench', value: median(ratios), unit: '', spread: range(ratios), atLeast: PROMISED[name][connections] })
    }
  }
  return figures
}

async function measureOn(program, database, generations, options, names) {
  const seeded = await openSeeded(program, database, generations)
  if (seeded === null) {
    console.error(`skipped: load on ${database}: there is no PostgreSQL on this machine`)
    return []
  }
  try {
    return await measureSeeded(seeded, database, generations, options, names)
  } finally {
    await seeded.close()
  }
}

async function measureSeeded(seeded, database, generations, options, names) {
  const figures = []
  if (seeded.seconds !== undefined) {
    figures.push({ name: `seeding ${generations} generations, ${database}`, value: seeded.seconds, unit: 's', limit: generations / 1_000_000 * 120 + 20 })
  }
  const users = await signIn(seeded.server.url)
  const { variables, requests } = describe(seeded, users)
  for (const name of names) {
    figures.push(...(await measureRequest(seeded, users, name, requests[name], variables, { ...options, database })))
    if (name === 'generate') continue
    const bytes = await readResidentBytes(seeded.server.pid, 'vitascope.db')
    figures.push({ name: `resident memory after that, ${database}`, value: bytes / MIB, unit: 'MiB', limit: MEMORY_MIB_MAX })
  }
  return figures
}

const measureLoadOn = (database) => (program, options) => {
  const generations = options.quick ? QUICK_GENERATIONS : GENERATIONS
  return measureOn(program, database, generations, options, ['status', 'dashboard', 'generate'])
}

export const measureLoadSqlite = measureLoadOn('sqlite')
export const measureLoadPostgres = measureLoadOn('postgres')

// A hundred times the history may cost so much more, and no more.
const SMALL = 50_000
const LARGE = 5_000_000
const GROWTH_MAX = 1.3

/** What the same request costs with a hundred times the history: the two installations are asked in turns. */
const measureGrowthOn = (database) => async (program, options) => {
  const small = await openSeeded(program, database, SMALL)
  if (small === null) {
    console.error(`skipped: growth on ${database}: there is no PostgreSQL on this machine`)
    return []
  }
  const large = await openSeeded(program, database, options.quick ? 10 * SMALL : LARGE)
  const sides = []
  for (const seeded of [small, large]) {
    const users = await signIn(seeded.server.url)
    sides.push({ seeded, users, ...describe(seeded, users) })
  }
  const figures = []
  for (const name of ['status', 'dashboard']) {
    const ratios = []
    for (let round = 0; round < (options.quick ? QUICK_ROUNDS : ROUNDS); round += 1) {
      const rates = []
      for (const { seeded, users, requests } of sides) {
        const run = { connections: 50, seconds: options.quick ? QUICK_SECONDS : SECONDS }
        rates.push((await press(seeded.server.url, users, requests[name].lua, run)).perSecond)
      }
      ratios.push(rates[0] / rates[1])
    }
    const spread = [Math.min(...ratios), Math.max(...ratios)]
    figures.push({ name: `${name}: cost with a hundred times the history, ${database}`, value: median(ratios), unit: '', spread, limit: GROWTH_MAX })
  }
  await small.close()
  await large.close()
  return figures
}

export const measureGrowthSqlite = measureGrowthOn('sqlite')
export const measureGrowthPostgres = measureGrowthOn('postgres')
