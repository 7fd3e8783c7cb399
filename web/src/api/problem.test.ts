import { expect, test } from 'vitest'
import { describeError, parseProblem, Problem } from './problem.ts'

function answer(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers })
}

test('a problem keeps its code and speaks in a sentence', () => {
  const problem = parseProblem(answer(422), {
    code: 'VALIDATION_FAILED',
    detail: '`title` is empty',
    requestId: 'req_1',
    errors: [{ pointer: '/title', code: 'REQUIRED', detail: 'a title is needed' }],
  })
  expect(problem).toMatchObject({ status: 422, code: 'VALIDATION_FAILED', requestId: 'req_1' })
  expect(problem.detail).toBe('`title` is empty.')
  expect(problem.fieldDetail('title')).toBe('A title is needed.')
  expect(problem.fieldDetail('description')).toBeUndefined()
})

test.each([
  ['nothing at all', undefined],
  ['a proxy’s page', '<html>Bad gateway</html>'],
  ['a list', [1, 2]],
  ['wrong types', { code: 7, detail: null, errors: 'no' }],
  ['errors of no shape', { errors: [null, 3, { pointer: 1 }] }],
])('an answer that is no problem (%s) still has words', (_name, body) => {
  const problem = parseProblem(answer(502), body)
  expect(problem.code).toBe('HTTP_502')
  expect(problem.detail).toBe('The server could not do this (status 502).')
  expect(problem.fields).toEqual([])
})

test('the wait that the server asks for is said', () => {
  const problem = parseProblem(answer(503, { 'Retry-After': '3' }), { detail: 'the writer is busy' })
  expect(describeError(problem)).toBe('The writer is busy. Try again in 3 s.')
})

test('a date as Retry-After is left out rather than shown wrongly', () => {
  const problem = parseProblem(answer(503, { 'Retry-After': 'Wed, 21 Oct 2026 07:28:00 GMT' }), {})
  expect(problem.retryAfterSeconds).toBeUndefined()
})

test('an error that is no problem shows no internals', () => {
  expect(describeError(new TypeError('x is undefined'))).not.toContain('undefined')
  expect(describeError(new Problem({ status: 409, code: 'CONFLICT', detail: 'Taken.' }))).toBe('Taken.')
})
