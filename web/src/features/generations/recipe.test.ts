import { expect, test } from 'vitest'
import type { Model } from '../../api/model.ts'
import { chooseModel, estimateCost, fitRecipe, parseSeed, readWish, writeWish } from './recipe.ts'
import { estimateRemaining } from './remaining.ts'

const MODEL: Model = {
  id: 'local',
  title: 'Animatic',
  provider: 'local',
  kinds: ['text_to_video'],
  resolutions: ['360p', '720p'],
  durations: [2, 5, 10],
  aspectRatios: ['16:9', '1:1'],
  creditsPerSecond: 2,
  retiresOn: null,
}

test('a wish is bent to what the model offers', () => {
  const wish = { model: 'other', resolution: '1080p', duration: 8, aspectRatio: '1:1' }
  expect(fitRecipe(wish, MODEL)).toEqual({
    model: 'local',
    resolution: '360p',
    duration: 10,
    aspectRatio: '1:1',
  })
})

test('a model that names no sizes is asked for none', () => {
  const silent = { ...MODEL, resolutions: [], aspectRatios: [], durations: [] }
  const wish = { model: '', resolution: '360p', duration: 9, aspectRatio: '16:9' }
  expect(fitRecipe(wish, silent)).toEqual({ model: 'local', duration: 9 })
})

test('the cost is in whole credits', () => {
  expect(estimateCost(MODEL, 5)).toBe(10)
})

test('the last wish is remembered; what is stored wrongly is forgotten', () => {
  const stored = new Map<string, string>()
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  }
  const usual = readWish(storage)
  const mine = { ...usual, resolution: '720p', duration: 10 }
  writeWish(storage, mine)
  expect(readWish(storage)).toEqual(mine)
  for (const nonsense of ['{', 'null', '{"model":1}']) {
    stored.set('vitascope.recipe', nonsense)
    expect(readWish(storage)).toEqual(usual)
  }
})

test('what remains is guessed from what was seen, once there is enough of it', () => {
  const start = { progress: 0, atMs: 1_000 }
  expect(estimateRemaining(start, 50, 11_000)).toBe(10)
  expect(estimateRemaining({ ...start, progress: 40 }, 50, 11_000)).toBe(50)
  expect(estimateRemaining(start, 2, 11_000)).toBeUndefined()
  expect(estimateRemaining(start, 50, 1_500)).toBeUndefined()
  expect(estimateRemaining(start, 100, 11_000)).toBeUndefined()
})

test.each([
  ['', null],
  ['7', 7],
  ['0', 0],
  ['4294967295', 4_294_967_295],
  ['4294967296', null],
  ['-1', null],
  ['1.5', null],
  ['x', null],
])('the seed %s is %s', (text, seed) => {
  expect(parseSeed(text)).toBe(seed)
})

test('the model that was wanted is taken, else the default, else any', () => {
  const other = { ...MODEL, id: 'other' }
  expect(chooseModel([MODEL, other], 'other', 'local')?.id).toBe('other')
  expect(chooseModel([MODEL, other], 'gone', 'other')?.id).toBe('other')
  expect(chooseModel([MODEL], 'gone', 'gone too')?.id).toBe('local')
  expect(chooseModel([], 'gone', 'gone too')).toBeUndefined()
})
