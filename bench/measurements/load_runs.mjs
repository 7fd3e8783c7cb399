// A run of the load tester against the small server: what its measurements have in common.

import { spawn } from 'node:child_process'
import { access, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))

/** How often a run's memory is looked at. */
export const SAMPLE_MS = 200

/** Starts the small server that load is sent to. */
export async function startTarget() {
  const path = process.env['VITASCOPE_LOAD_TARGET'] ?? join(here, '../../target/release/examples/target')
  await access(path).catch(() => {
    throw new Error(`${path} is missing: cargo build --release -p vita-k6 --example target`)
  })
  const child = spawn(path, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [url] = await new Promise((done) => createInterface(child.stdout).once('line', (line) => done([line])))
  return { url, stop: () => child.kill() }
}

/** Runs a script; answers its summary and the most memory that the program had, in KB. `sampled` is told what it has now. */
export async function runScript(program, folder, script, target, args, sampled = () => {}) {
  const [path, summary] = [join(folder, 'script.js'), join(folder, 'summary.json')]
  await writeFile(path, script)
  const child = spawn(program, ['load', 'run', '--quiet', '--summary-export', summary, '-e', `TARGET=${target}`, ...args, path], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let peakKb = 0
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    const read = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0)
    peakKb = Math.max(peakKb, read('VmHWM'))
    if (read('VmRSS') > 0) sampled(read('VmRSS'))
  }, SAMPLE_MS)
  const code = await new Promise((done) => child.once('exit', done))
  clearInterval(watch)
  if (code !== 0) throw new Error(`the script ended with ${code}`)
  return { metrics: JSON.parse(await readFile(summary, 'utf8')).metrics, peakKb }
}
