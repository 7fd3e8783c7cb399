import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Autosave, REST_MS, TextConflict, type SavedText } from './autosave.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const at = (second: number) => `2026-01-01T00:00:0${second}Z`

function setUp() {
  const saved: string[] = []
  const bases: string[] = []
  const ends: { succeed: (saved: SavedText) => void; fail: (error: Error) => void }[] = []
  const autosave = new Autosave({ text: 'a', updatedAt: at(0) }, (text, base) => {
    saved.push(text)
    bases.push(base)
    return new Promise<SavedText>((succeed, fail) => ends.push({ succeed, fail }))
  })
  const end = async (how: 'succeed' | Error) => {
    if (how === 'succeed') ends.at(-1)?.succeed({ text: saved.at(-1) ?? '', updatedAt: at(5) })
    else ends.at(-1)?.fail(how)
    await vi.advanceTimersByTimeAsync(0)
  }
  return { autosave, saved, bases, end }
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
  const { autosave, saved, bases, end } = setUp()
  autosave.change('ab')
  await vi.advanceTimersByTimeAsync(REST_MS)
  autosave.change('abc')
  await vi.advanceTimersByTimeAsync(REST_MS)
  expect(saved).toEqual(['ab'])
  await end('succeed')
  expect(saved).toEqual(['ab', 'abc'])
  expect(bases).toEqual(['a', 'ab'])
  await end('succeed')
  expect(autosave.state.kind).toBe('saved')
})

test('a failed save keeps the text, says so, and is tried again', async () => {
  const { autosave, saved, end } = setUp()
  autosave.change('ab')
  await vi.advanceTimersByTimeAsync(REST_MS)
  await end(new Error('busy'))
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

test('what another has written is taken while nothing is written here, and only when it is newer', () => {
  const { autosave } = setUp()
  autosave.adopt({ text: 'theirs', updatedAt: at(1) })
  expect(autosave.text).toBe('theirs')
  expect(autosave.state.kind).toBe('saved')
  autosave.adopt({ text: 'a', updatedAt: at(0) })
  expect(autosave.text).toBe('theirs')
  autosave.change('mine')
  autosave.adopt({ text: 'later', updatedAt: at(2) })
  expect(autosave.text).toBe('mine')
})

test('an answer from before a save does not bring the old text back', async () => {
  const { autosave, end } = setUp()
  autosave.change('ab')
  await vi.advanceTimersByTimeAsync(REST_MS)
  await end('succeed')
  autosave.adopt({ text: 'a', updatedAt: at(3) })
  expect(autosave.text).toBe('ab')
})

test('a conflict loses neither text and waits for a person', async () => {
  const { autosave, saved, end } = setUp()
  autosave.change('mine')
  await vi.advanceTimersByTimeAsync(REST_MS)
  await end(new TextConflict({ text: 'theirs', updatedAt: at(4) }))
  expect(autosave.state).toMatchObject({ kind: 'conflict', theirs: { text: 'theirs' } })
  autosave.change('mine too')
  await vi.advanceTimersByTimeAsync(REST_MS * 2)
  await autosave.flush()
  expect(saved).toEqual(['mine'])
  expect(autosave.text).toBe('mine too')
})

test('a conflict ends with the text that was chosen', async () => {
  for (const choice of ['mine', 'theirs'] as const) {
    const { autosave, bases, saved, end } = setUp()
    autosave.change('mine')
    await vi.advanceTimersByTimeAsync(REST_MS)
    await end(new TextConflict({ text: 'theirs', updatedAt: at(4) }))
    void autosave.resolve(choice)
    await vi.advanceTimersByTimeAsync(0)
    if (choice === 'mine') await end('succeed')
    expect(autosave.state.kind).toBe('saved')
    expect(autosave.text).toBe(choice)
    expect(saved.length).toBe(choice === 'mine' ? 2 : 1)
    if (choice === 'mine') expect(bases.at(-1)).toBe('theirs')
  }
})
