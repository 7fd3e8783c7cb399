import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Autosave, REST_MS } from './autosave.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function setUp() {
  const saved: string[] = []
  const ends: { succeed: () => void; fail: (error: Error) => void }[] = []
  const autosave = new Autosave('a', (text) => {
    saved.push(text)
    return new Promise<void>((succeed, fail) => ends.push({ succeed, fail }))
  })
  const end = async (how: 'succeed' | 'fail') => {
    if (how === 'succeed') ends.at(-1)?.succeed()
    else ends.at(-1)?.fail(new Error('busy'))
    await vi.advanceTimersByTimeAsync(0)
  }
  return { autosave, saved, end }
}

test('it saves once typing rests, not at every key', async () => {
  const { autosave, saved, end } = setUp()
  for (const text of ['ab', 'abc', 'abcd']) {
    autosave.change(text)
    vi.advanceTimersByTime(REST_MS - 1)
  }
  expect(saved).toEqual([])
  expect(autosave.state.kind).toBe('unsaved')
  await vi.advanceTimersByTimeAsync(1)
  expect(saved).toEqual(['abcd'])
  expect(autosave.state.kind).toBe('saving')
  await end('succeed')
  expect(autosave.state.kind).toBe('saved')
})

test('what is typed during a save is saved after it, never beside it', async () => {
  const { autosave, saved, end } = setUp()
  autosave.change('ab')
  await vi.advanceTimersByTimeAsync(REST_MS)
  autosave.change('abc')
  await vi.advanceTimersByTimeAsync(REST_MS)
  expect(saved).toEqual(['ab'])
  await end('succeed')
  expect(saved).toEqual(['ab', 'abc'])
  await end('succeed')
  expect(autosave.state.kind).toBe('saved')
})

test('a failed save keeps the text, says so, and is tried again', async () => {
  const { autosave, saved, end } = setUp()
  autosave.change('ab')
  await vi.advanceTimersByTimeAsync(REST_MS)
  await end('fail')
  expect(autosave.text).toBe('ab')
  expect(autosave.state).toMatchObject({ kind: 'failed', error: new Error('busy') })
  void autosave.flush()
  await vi.advanceTimersByTimeAsync(0)
  expect(saved).toEqual(['ab', 'ab'])
})

test('a text that is as it was is not saved', async () => {
  const { autosave, saved } = setUp()
  autosave.change('ab')
  autosave.change('a')
  expect(autosave.state.kind).toBe('saved')
  await autosave.flush()
  expect(saved).toEqual([])
})
