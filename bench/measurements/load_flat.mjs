// Whether the memory of a long run stays as it is: the last quarter of its time beside the first.

import { runScript, SAMPLE_MS, startTarget } from './load_runs.mjs'
import { makeFolder, median } from './server.mjs'

const USERS = 20
const SECONDS_DEFAULT = 600
const QUICK_SECONDS = 30
const GROWTH_MOST = 0.05
// The report's series has at most 1,200 points of up to 4 KB, and is full after twenty minutes.
const SERIES_MB_MOST = 4.8

// Each request has an address of its own, so that whatever is remembered by address would show.
const SCRIPT = `
import http from 'k6/http'
import { check, group, sleep } from 'k6'
export const options = { thresholds: { http_req_failed: ['rate<0.01'], checks: ['rate>0.99'] } }
export default function () {
  group('reads', () => {
    const answer = http.get(__ENV.TARGET + '/items/' + __VU + '-' + __ITER, { tags: { name: '/items/:id', kind: 'read' } })
    check(answer, { 'is 200': (r) => r.status === 200, 'has a name': (r) => r.json().name.length > 0 })
  })
  sleep(0.05)
}
`

export async function measureLoadFlat(program, options) {
  const target = await startTarget()
  const folder = await makeFolder()
  const seconds = options.durationSeconds ?? (options.quick ? QUICK_SECONDS : SECONDS_DEFAULT)
  const samples = []
  const args = ['--vus', String(USERS), '--duration', `${seconds}s`]
  const { metrics, peakKb } = await runScript(program, folder.path, SCRIPT, target.url, args, (kb) => samples.push(kb))
  target.stop()
  await folder.remove()
  // The end of a run makes its summary, and is no part of its course.
  const course = samples.slice(0, (seconds * 1000) / SAMPLE_MS)
  const quarter = Math.floor(course.length / 4)
  const [first, last] = [median(course.slice(0, quarter)), median(course.slice(-quarter))]
  return [
    {
      name: `memory in the last quarter of ${seconds / 60} minutes, beyond the first`,
      value: (last - first) / 1000,
      unit: 'MB',
      limit: SERIES_MB_MOST + (first / 1000) * GROWTH_MOST,
    },
    { name: '  first quarter', value: first / 1000, unit: 'MB' },
    { name: '  last quarter', value: last / 1000, unit: 'MB' },
    { name: '  the most', value: peakKb / 1000, unit: 'MB' },
    { name: '  requests', value: metrics.http_reqs.count, unit: '' },
  ]
}
