import { expect, test } from 'vitest'
import { pageOf, VitalsReport } from './vitalsReport.ts'

test.each([
  ['/', 'home'],
  ['/projects', 'projects'],
  ['/projects/prj_1/scenes/scn_1', 'project'],
  ['/admin/users', 'admin'],
  ['/nowhere', 'other'],
])('%s is measured as %s', (path, page) => {
  expect(pageOf(path, true)).toBe(page)
})

test('whatever the address, who is not signed in sees the page for it', () => {
  expect(pageOf('/projects/prj_1', false)).toBe('sign_in')
})

test('the last value of each vital is told, and told one time', () => {
  const report = new VitalsReport('home')
  expect(report.take()).toBeUndefined()
  report.add('LCP', 900)
  report.add('LCP', 1200)
  report.add('CLS', 0)
  expect(JSON.parse(report.take() ?? '')).toEqual({
    page: 'home',
    vitals: [
      { name: 'LCP', value: 1200 },
      { name: 'CLS', value: 0 },
    ],
  })
  report.add('LCP', 1500)
  expect(report.take()).toBeUndefined()
  report.add('INP', 80)
  expect(report.take()).toContain('INP')
})

test('what the server would refuse is left out', () => {
  const report = new VitalsReport('home')
  report.add('TTFB', 600_000)
  report.add('LCP', Number.NaN)
  report.add('FCP', -1)
  expect(report.take()).toBeUndefined()
})
