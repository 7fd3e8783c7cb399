// The memory of many uploads at once that are made while they are sent, beside that of the same users with tiny bodies.

import { runScript, startTarget } from './load_runs.mjs'
import { makeFolder } from './server.mjs'

const USERS = 50
const BYTES = 1_000_000_000
const QUICK_BYTES = 50_000_000
const TINY_BYTES = 100
const EXTRA_MB_MOST = 64

// Each user sends one body; the answer is the number of bytes that came, so that a cut one is found.
const UPLOAD = `
import http from 'k6/http'
import { check } from 'k6'
import { generate } from 'vitascope/stream'
const bytes = Number(__ENV.BYTES)
export const options = {
  thresholds: { checks: ['rate==1'] },
  scenarios: { all: { executor: 'per-vu-iterations', vus: ${USERS}, iterations: 1, maxDuration: '30m' } },
}
export default function () {
  const answer = http.post(__ENV.TARGET + '/upload', generate(bytes, { seed: __VU }), { timeout: '30m' })
  check(answer, { 'all of it came': (r) => r.body === String(bytes) })
}
`

export async function measureLoadUploads(program, options) {
  const target = await startTarget()
  const folder = await makeFolder()
  const bytes = options.quick ? QUICK_BYTES : BYTES
  const tiny = await runScript(program, folder.path, UPLOAD, target.url, ['-e', `BYTES=${TINY_BYTES}`])
  const begun = performance.now()
  const large = await runScript(program, folder.path, UPLOAD, target.url, ['-e', `BYTES=${bytes}`])
  const seconds = (performance.now() - begun) / 1e3
  target.stop()
  await folder.remove()
  return [
    {
      name: `memory of ${USERS} uploads of ${bytes / 1e6} MB at once, beyond tiny ones`,
      value: (large.peakKb - tiny.peakKb) / 1000,
      unit: 'MB',
      limit: EXTRA_MB_MOST,
      tinyKb: tiny.peakKb,
      largeKb: large.peakKb,
    },
    { name: '  sent', value: (bytes * USERS) / 1e6 / seconds, unit: 'MB/s' },
  ]
}
