import { expect, test } from 'vitest'
import { formatClock, formatCount, formatLength, formatOrdinal, formatWhen } from './format.ts'

test('counts are grouped by a narrow space', () => {
  expect(formatCount(1_234_567)).toBe('1\u202f234\u202f567')
})

test.each([
  [-3, '0:00'],
  [7.9, '0:07'],
  [62, '1:02'],
  [3729, '1:02:09'],
])('%d seconds on the clock are %s', (seconds, clock) => {
  expect(formatClock(seconds)).toBe(clock)
})

test.each([
  [0.2, '1 s'],
  [40, '40 s'],
  [89.4, '89 s'],
  [120, '2 min'],
  [7200, '2 h'],
])('a length of %d seconds is said as %s', (seconds, words) => {
  expect(formatLength(seconds)).toBe(words)
})

test.each([
  [1, '1st'],
  [2, '2nd'],
  [3, '3rd'],
  [4, '4th'],
  [11, '11th'],
  [12, '12th'],
  [13, '13th'],
  [21, '21st'],
  [112, '112th'],
])('place %d is the %s', (place, words) => {
  expect(formatOrdinal(place)).toBe(words)
})

test('times near now are said relative to it', () => {
  const now = Date.parse('2026-03-04T12:00:00Z')
  expect(formatWhen('2026-03-04T11:59:40Z', now)).toBe('just now')
  expect(formatWhen('2026-03-04T11:15:00Z', now)).toBe('45 min ago')
  expect(formatWhen('2026-03-04T02:00:00Z', now)).toBe('10 h ago')
  expect(formatWhen('2026-02-01T12:00:00Z', now)).toBe('Feb 1, 2026')
  expect(formatWhen('not a time', now)).toBe('')
})
