import { expect, test } from 'vitest'
import { moveScene, moveTo, neighbourOf, orderScenes } from './order.ts'

const IDS = ['a', 'b', 'c']

test('a scene changes places with its neighbour', () => {
  expect(moveScene(IDS, 'b', -1)).toEqual(['b', 'a', 'c'])
  expect(moveScene(IDS, 'b', 1)).toEqual(['a', 'c', 'b'])
})

test('a move over the edge, or of an unknown scene, is no move', () => {
  expect(moveScene(IDS, 'a', -1)).toBe(IDS)
  expect(moveScene(IDS, 'c', 1)).toBe(IDS)
  expect(moveScene(IDS, 'z', 1)).toBe(IDS)
})

test('a scene goes to any place, and at most to the ends', () => {
  expect(moveTo(IDS, 'a', 2)).toEqual(['b', 'c', 'a'])
  expect(moveTo(IDS, 'c', -4)).toEqual(['c', 'a', 'b'])
  expect(moveTo(IDS, 'b', 1)).toBe(IDS)
})

test('every move leaves a permutation', () => {
  for (const id of IDS) {
    for (const step of [-1, 1] as const) expect([...moveScene(IDS, id, step)].sort()).toEqual(IDS)
  }
})

test('scenes follow the ids; one that was added meanwhile stays last', () => {
  const scenes = ['a', 'b', 'c', 'new'].map((id) => ({ id }))
  expect(orderScenes(scenes, ['c', 'a', 'b']).map(({ id }) => id)).toEqual(['c', 'a', 'b', 'new'])
})

test('after a scene goes, the next one is on the table, or the one before', () => {
  expect(neighbourOf(IDS, 'b')).toBe('c')
  expect(neighbourOf(IDS, 'c')).toBe('b')
  expect(neighbourOf(['a'], 'a')).toBeUndefined()
})
