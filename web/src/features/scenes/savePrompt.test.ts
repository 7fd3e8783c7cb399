import { expect, test } from 'vitest'
import { Problem } from '../../api/problem.ts'
import { TextConflict } from './autosave.ts'
import { savePrompt, type PromptCalls } from './savePrompt.ts'

/** A server with one scene, which is changed by `meanwhile` between a read and the write that follows it. */
function server(prompt: string, meanwhile: ((scene: { prompt: string; version: number }) => void)[] = []) {
  const scene = { prompt, version: 1 }
  const tagged = () => ({
    prompt: scene.prompt,
    updatedAt: `2026-01-01T00:00:0${scene.version}Z`,
    etag: `"${scene.version}-x"`,
  })
  const calls: PromptCalls = {
    find: () => {
      const answer = tagged()
      meanwhile.shift()?.(scene)
      return Promise.resolve(answer)
    },
    write: (text, etag) => {
      if (etag !== `"${scene.version}-x"`)
        return Promise.reject(new Problem({ status: 412, code: 'STALE', detail: 'Stale.' }))
      scene.prompt = text
      scene.version += 1
      return Promise.resolve(tagged())
    },
  }
  return { scene, calls }
}

test('a prompt is written over the one that was read', async () => {
  const { scene, calls } = server('a')
  await expect(savePrompt('b', 'a', calls)).resolves.toEqual({ text: 'b', updatedAt: '2026-01-01T00:00:02Z' })
  expect(scene.prompt).toBe('b')
})

test('a scene that was only moved meanwhile is written all the same', async () => {
  const { scene, calls } = server('a', [(changed) => (changed.version += 1)])
  await savePrompt('b', 'a', calls)
  expect(scene.prompt).toBe('b')
})

test.each([
  ['before', 'theirs', []],
  [
    'between reading and writing',
    'a',
    [
      (scene: { prompt: string; version: number }) => {
        scene.prompt = 'theirs'
        scene.version += 1
      },
    ],
  ],
])('words that another wrote %s are not overwritten', async (_when, prompt, meanwhile) => {
  const { scene, calls } = server(prompt, meanwhile)
  const conflict = await savePrompt('mine', 'a', calls).catch((error: unknown) => error)
  expect(conflict).toBeInstanceOf(TextConflict)
  expect(conflict).toMatchObject({ theirs: { text: 'theirs' } })
  expect(scene.prompt).toBe('theirs')
})

test('the same words from elsewhere are no conflict', async () => {
  const { calls } = server('same')
  await expect(savePrompt('same', 'a', calls)).resolves.toMatchObject({ text: 'same' })
})

test('a scene that changes all the time is given up with what the server said', async () => {
  const move = (scene: { version: number }) => (scene.version += 1)
  const { calls } = server('a', [move, move, move, move])
  await expect(savePrompt('b', 'a', calls)).rejects.toMatchObject({ status: 412 })
})
