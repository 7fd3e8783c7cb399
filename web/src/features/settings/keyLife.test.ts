import { expect, test } from 'vitest'
import { describeExpiry, expiryAfter, keyStateOf } from './keyLife.ts'

const NOW = Date.parse('2026-03-04T12:00:00Z')

test('a life in days ends that many days from now; none never ends', () => {
  expect(expiryAfter(30, NOW)).toBe('2026-04-03T12:00:00.000Z')
  expect(expiryAfter(0, NOW)).toBeNull()
})

test.each([
  [null, 'lasting', 'Works until it is revoked'],
  ['2026-06-01T12:00:00Z', 'good', 'Works until Jun 1, 2026'],
  ['2026-03-10T12:00:00Z', 'ending', 'Works until Mar 10, 2026'],
  ['2026-03-04T12:00:00Z', 'expired', 'Expired on Mar 4, 2026'],
])('a key that ends at %s is %s: %s', (expiresAt, state, words) => {
  expect(keyStateOf({ expiresAt }, NOW)).toBe(state)
  expect(describeExpiry({ expiresAt }, NOW)).toBe(words)
})
