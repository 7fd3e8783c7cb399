import { expect, test } from 'vitest'
import type { Model } from '../../api/model.ts'
import { durationOptions, estimateCost, fitRecipe, readRecipe, writeRecipe } from './recipe.ts'
import { estimateRemaining } from './remaining.ts'

const MODEL: Model = {
  id: 'local',
  title: 'Animatic',
  provider: 'local',
  resolutions: ['360p', '720p'],
  durations: [2, 5, 10],
  aspectRatios: ['16:9', '1:1'],
  creditsPerSecond: 1.5,
  retiresOn: null,
}

test('a recipe is bent to what the model offers', () => {
  const wanted = { model: 'other', resolution: '1080p', duration: 8, aspectRatio: '1:1' }
  expect(fitRecipe(wanted, MODEL)).toEqual({
    model: 'local',
    resolution: '360p',
    duration: 10,
    aspectRatio: '1:1',
  })
})

test('a model without a list of lengths takes those of the contract', () => {
  const free = { ...MODEL, durations: [] }
  expect(durationOptions(free)).toHaveLength(15)
  expect(fitRecipe({ model: '', resolution: '360p', duration: 99, aspectRatio: '16:9' }, free).duration).toBe(
    15,
  )
})

test('the cost is in whole credits', () => {
  expect(estimateCost(MODEL, 5)).toBe(8)
})

test('the last recipe is remembered; what is stored wrongly is forgotten', () => {
  const stored = new Map<string, string>()
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  }
  const usual = readRecipe(storage)
  const mine = { ...usual, resolution: '720p', duration: 10 }
  writeRecipe(storage, mine)
  expect(readRecipe(storage)).toEqual(mine)
  for (const nonsense of ['{', 'null', '{"model":1}']) {
    stored.set('vitascope.recipe', nonsense)
    expect(readRecipe(storage)).toEqual(usual)
  }
})

test('what remains is guessed from what was done, once there is enough of it', () => {
  expect(estimateRemaining(50, 10)).toBe(10)
  expect(estimateRemaining(2, 10)).toBeUndefined()
  expect(estimateRemaining(50, 0.5)).toBeUndefined()
  expect(estimateRemaining(100, 10)).toBeUndefined()
})
