import { expect, test } from 'vitest'
import { Problem } from '../../api/problem.ts'
import { describeWait, isSignUpClosed, isToldByFields, secondsToWait, withoutWait } from './refusal.ts'

function problem(parts: Partial<Problem>): Problem {
  return new Problem({ status: 429, code: 'RATE_LIMITED', detail: 'Too many.', ...parts })
}

test('the wait that the server asks for runs out', () => {
  const refusal = { error: problem({ retryAfterSeconds: 90 }), atMs: 1_000 }
  expect(secondsToWait(refusal, 1_000)).toBe(90)
  expect(secondsToWait(refusal, 30_500)).toBe(61)
  expect(secondsToWait(refusal, 91_000)).toBe(0)
  expect(secondsToWait(refusal, 500_000)).toBe(0)
})

test('nothing is waited for where nothing was said', () => {
  expect(secondsToWait(undefined, 0)).toBe(0)
  expect(secondsToWait({ error: problem({}), atMs: 0 }, 0)).toBe(0)
  expect(secondsToWait({ error: new Error('broken'), atMs: 0 }, 0)).toBe(0)
})

test('a sign-up that is closed is told from other refusals', () => {
  expect(isSignUpClosed(problem({ status: 403, code: 'FORBIDDEN' }))).toBe(true)
  expect(isSignUpClosed(problem({ status: 403, code: 'ORIGIN_REFUSED' }))).toBe(false)
  expect(isSignUpClosed(new Error('broken'))).toBe(false)
})

test('a notice is needed unless the fields say it all', () => {
  const field = (name: string) => ({ pointer: `/${name}`, code: 'TOO_SHORT', detail: 'Too short.' })
  expect(isToldByFields(problem({ fields: [field('password')] }), ['email', 'password'])).toBe(true)
  expect(isToldByFields(problem({ fields: [field('device')] }), ['email', 'password'])).toBe(false)
  expect(isToldByFields(problem({}), ['email', 'password'])).toBe(false)
})

test.each([
  [42, '42 s'],
  [61, '1:01 min'],
])('%d seconds are %s', (seconds, words) => {
  expect(describeWait(seconds)).toBe(words)
})

test('the count of seconds that stands still is left out', () => {
  expect(withoutWait('Too many failed logins; try again in 897 s.')).toBe('Too many failed logins.')
  expect(withoutWait('Too many requests.')).toBe('Too many requests.')
})
