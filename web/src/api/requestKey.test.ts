import { expect, test } from 'vitest'
import { createRequestKey } from './requestKey.ts'

test('without randomUUID the key is random bytes', () => {
  const getRandomValues = crypto.getRandomValues.bind(crypto)
  const keys = [createRequestKey({ getRandomValues }), createRequestKey({ getRandomValues })]
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
  expect(keys[0]).not.toBe(keys[1])
})
