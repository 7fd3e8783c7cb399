import { expect, test } from 'vitest'
import { announceLift, edgeSpeed, placeAfterDrag, placeAfterKey, placesAside, type Lift } from './lift.ts'

const lift = (from: number, to: number): Lift => ({ id: 'x', from, to, offset: undefined })

test('frames between the old and the new place make room, the others stay', () => {
  const later = [0, 1, 2, 3, 4].map((place) => placesAside(place, lift(1, 3)))
  expect(later).toEqual([0, 0, -1, -1, 0])
  const earlier = [0, 1, 2, 3, 4].map((place) => placesAside(place, lift(3, 1)))
  expect(earlier).toEqual([0, 1, 1, 0, 0])
  expect(placesAside(2, undefined)).toBe(0)
})

test.each([
  [2, 0, 2],
  [2, 90, 2],
  [2, 100, 3],
  [2, -450, 0],
  [2, 9_000, 5],
])('from place %d a drag of %d px leads to place %d', (from, offset, place) => {
  expect(placeAfterDrag(from, offset, 188, 6)).toBe(place)
})

test('a strip of unknown pitch moves nothing', () => {
  expect(placeAfterDrag(2, 300, 0, 6)).toBe(2)
})

test('the strip runs faster the nearer the pointer is to its edge, and stands in the middle', () => {
  expect(edgeSpeed(500, 0, 1000)).toBe(0)
  expect(edgeSpeed(960, 0, 1000)).toBeGreaterThan(0)
  expect(edgeSpeed(999, 0, 1000)).toBeGreaterThan(edgeSpeed(960, 0, 1000))
  expect(edgeSpeed(-40, 0, 1000)).toBe(-edgeSpeed(1040, 0, 1000))
})

test('keys move a lifted frame and stop at the ends', () => {
  expect(placeAfterKey('ArrowLeft', 0, 3)).toBe(0)
  expect(placeAfterKey('ArrowRight', 1, 3)).toBe(2)
  expect(placeAfterKey('ArrowRight', 2, 3)).toBe(2)
  expect(placeAfterKey('End', 0, 3)).toBe(2)
  expect(placeAfterKey('Home', 2, 3)).toBe(0)
  expect(placeAfterKey('a', 2, 3)).toBeUndefined()
})

test('every news is told with the place', () => {
  expect(announceLift('picked up', lift(2, 2), 7)).toContain('Scene 3 picked up, place 3 of 7.')
  expect(announceLift('moved', lift(2, 1), 7)).toBe('Moved to place 2 of 7.')
  expect(announceLift('put down', lift(2, 1), 7)).toBe('Scene put down at place 2 of 7.')
  expect(announceLift('put down', lift(2, 2), 7)).toBe('Scene 3 stays where it was.')
  expect(announceLift('put back', lift(2, 1), 7)).toBe('Scene put back at place 3.')
})
