import { expect, test } from 'vitest'
import { comparePrompts, compareRecipes, type ComparedRecipe } from './recipeDifferences.ts'

const RECIPE: ComparedRecipe = {
  prompt: 'a lake',
  model: 'local',
  resolution: '360p',
  duration: 4,
  aspectRatio: '16:9',
  seed: 7,
  cost: 4,
  startedAt: '2026-01-01T00:00:00Z',
  endedAt: '2026-01-01T00:00:03Z',
}

test('only what differs is marked', () => {
  const rows = compareRecipes(RECIPE, { ...RECIPE, seed: 8, duration: 1, cost: 1, endedAt: null })
  expect(
    rows.filter((row) => row.isDifferent).map(({ name, first, second }) => [name, first, second]),
  ).toEqual([
    ['Length', '4 s', '1 s'],
    ['Seed', '7', '8'],
    ['Cost', '4 credits', '1 credit'],
    ['Made in', '3 s', '–'],
  ])
})

test('prompts are told apart word by word and lose nothing', () => {
  const [first, second] = comparePrompts('a calm lake at dawn', 'a stormy lake at dusk, wide')
  expect(first.filter((part) => part.isOnlyHere).map((part) => part.text)).toEqual(['calm ', 'dawn'])
  expect(second.filter((part) => part.isOnlyHere).map((part) => part.text)).toEqual(['stormy ', 'dusk, wide'])
  expect(first.map((part) => part.text).join('')).toBe('a calm lake at dawn')
  expect(second.map((part) => part.text).join('')).toBe('a stormy lake at dusk, wide')
})

test('the same words, none, and very many', () => {
  expect(comparePrompts('a b', 'a b')[0]).toEqual([{ text: 'a b', isOnlyHere: false }])
  expect(comparePrompts('', 'a')).toEqual([[], [{ text: 'a', isOnlyHere: true }]])
  const long = 'word '.repeat(401)
  expect(comparePrompts(long, 'word')[0]).toEqual([{ text: long, isOnlyHere: false }])
})
