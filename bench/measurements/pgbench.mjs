// The same statements without Vitascope: what one request runs is read from the server's log, and repeated by pgbench
// for other accounts.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pause } from './server.mjs'

const run = promisify(execFile)

const LOG_SETTLE_MS = 500

/** The statements of everything that happens while `act` runs, with their parameters. */
export async function capture(postgres, act) {
  const setting = async (value) => {
    await postgres.sql(`ALTER SYSTEM SET log_min_duration_statement = ${value}`)
    await postgres.sql('SELECT pg_reload_conf()')
    await pause(LOG_SETTLE_MS)
  }
  await setting(0)
  const { size } = await stat(postgres.log)
  await act()
  await pause(LOG_SETTLE_MS)
  const log = (await readFile(postgres.log)).subarray(size).toString()
  await setting(-1)
  return parse(log)
}

function parse(log) {
  // A line that begins with a process id begins an entry; others continue it.
  const entries = log.split(/\n(?=\d+ [A-Z]+: )/)
  const statements = []
  let isExecuted = false
  for (const entry of entries) {
    const [, process, kind, text] = /^(\d+) (LOG|DETAIL):\s+([\s\S]*)$/.exec(entry) ?? []
    if (kind === 'LOG') {
      const found = /^duration: [\d.]+ ms\s+(?:execute [^:]*|statement): ([\s\S]*)$/.exec(text)
      // Preparing and binding are logged, too, with the same details.
      isExecuted = found !== null
      if (found) statements.push({ process, sql: found[1].trim().replace(/;\s*$/, ''), params: [] })
    } else if (kind === 'DETAIL' && isExecuted) {
      const params = /^(?:parameters|Parameters): ([\s\S]*)$/.exec(text)?.[1] ?? ''
      for (const [, index, value] of params.matchAll(/\$(\d+) = (NULL|'(?:[^']|'')*')/g)) {
        statements.at(-1).params[Number(index) - 1] = value
      }
    }
  }
  return statements
}

/** The statements by transaction, in the order in which these end; one outside of any is one by itself. */
export function toTransactions(statements) {
  const open = new Map()
  const ended = []
  for (const statement of statements) {
    const { process, sql } = statement
    const own = open.get(process)
    if (/^BEGIN/i.test(sql)) open.set(process, [statement])
    else if (own === undefined) ended.push([statement])
    else {
      own.push(statement)
      if (!/^(COMMIT|ROLLBACK)/i.test(sql)) continue
      open.delete(process)
      ended.push(own)
    }
  }
  return ended
}

/**
 * The statements as a script of pgbench: every parameter as it was, but with `replacements` in it: pairs of a text that
 * stands in parameters and the SQL that stands for it.
 */
export function toScript(statements, variables, replacements) {
  const lines = statements.map(({ sql, params }) => {
    const value = (literal) => {
      if (literal === 'NULL' || literal === undefined) return 'NULL'
      let text = literal
      for (const [from, to] of replacements) text = text.split(from).join(`' || ${to} || '`)
      return text === literal ? text : `(${text})`
    }
    return `${sql.replace(/\$(\d+)/g, (_, index) => value(params[Number(index) - 1])).replace(/\s*\n\s*/g, ' ')};`
  })
  return `${variables}\n${lines.join('\n')}\n`
}

/** One run over as many connections as the server was asked through. */
export async function repeat(postgres, script, { connections, seconds }) {
  const folder = await mkdtemp(join(tmpdir(), 'vitascope-pgbench-'))
  const path = join(folder, 'script.sql')
  await writeFile(path, script)
  const args = ['-n', '-M', 'prepared', '-c', String(connections), '-j', '2', '-T', String(seconds), '-f', path]
  const { stdout, stderr } = await run(`${postgres.tools}pgbench`, [...postgres.place, ...args, 'vitascope'])
  await rm(folder, { recursive: true })
  const rate = Number(/tps = ([\d.]+)/.exec(stdout)?.[1])
  if (!(rate > 0)) throw new Error(`${stdout}\n${stderr}`)
  return { perSecond: rate, ms: Number(/latency average = ([\d.]+)/.exec(stdout)?.[1]) }
}
