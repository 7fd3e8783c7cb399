import { expect, test } from 'vitest'
import type { AdminJob, Queue } from '../../api/model.ts'
import {
  actsOn,
  describeCount,
  describeDuration,
  describeOutcome,
  oldestWait,
  ratePerMinute,
  runTime,
  stateOf,
} from './queueWords.ts'

const NOW = Date.parse('2026-03-04T12:00:00Z')

test('a count at which the server stops means "or more"', () => {
  expect(describeCount(9_999)).toBe('9\u202f999')
  expect(describeCount(10_000)).toBe('10\u202f000+')
})

test('the oldest wait counts from when the job was due', () => {
  expect(oldestWait({ oldestWaitingSince: '2026-03-04T11:59:20Z' }, NOW)).toBe('40 s')
  expect(oldestWait({ oldestWaitingSince: null }, NOW)).toBe('–')
})

test.each([
  [2, 40, '3.0'],
  [64, 8, '480'],
  [1, null, '–'],
])('%d places with jobs of %s s get through %s a minute', (concurrency, meanDurationSeconds, rate) => {
  expect(ratePerMinute({ concurrency, meanDurationSeconds } as Queue)).toBe(rate)
})

test('a job that runs is timed until now, one that ended until then', () => {
  const startedAt = '2026-03-04T11:59:00Z'
  expect(runTime({ startedAt, endedAt: null } as AdminJob, NOW)).toBe('60 s')
  expect(runTime({ startedAt, endedAt: '2026-03-04T11:59:02.500Z' } as AdminJob, NOW)).toBe('2.5 s')
  expect(runTime({ startedAt: null, endedAt: null } as AdminJob, NOW)).toBe('–')
  expect(describeDuration(null)).toBe('–')
})

test('what can be done depends on the state', () => {
  const acts = (status: AdminJob['status'], cancelRequestedAt: string | null = null) =>
    actsOn({ status, cancelRequestedAt })
  expect(acts('queued')).toEqual({ canRequeue: false, canCancel: true, canMove: true })
  expect(acts('running')).toEqual({ canRequeue: false, canCancel: true, canMove: false })
  expect(acts('running', '2026-03-04T12:00:00Z').canCancel).toBe(false)
  expect(acts('dead')).toEqual({ canRequeue: true, canCancel: false, canMove: false })
  expect(acts('completed')).toEqual({ canRequeue: false, canCancel: false, canMove: false })
})

test('an address with an unknown state shows what waits', () => {
  expect(stateOf('dead')).toBe('dead')
  expect(stateOf('nonsense')).toBe('queued')
  expect(stateOf(null)).toBe('queued')
})

test('an outcome that is not known is said in its own words', () => {
  expect(describeOutcome(null)).toBe('running')
  expect(describeOutcome('lease_lost')).toBe('its worker was lost')
  expect(describeOutcome('timed_out_twice')).toBe('timed out twice')
})
