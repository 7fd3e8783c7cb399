import { expect, test } from 'vitest'
import { formatTimecode, frameAt, timeOfStep } from './timecode.ts'

test.each([
  [0, '0:00:00'],
  [2 + 14 / 24, '0:02:14'],
  [59.999, '0:59:23'],
  [61.5, '1:01:12'],
  [-1, '0:00:00'],
  [Number.NaN, '0:00:00'],
])('%d s is %s', (seconds, code) => {
  expect(formatTimecode(seconds)).toBe(code)
})

test('a step leads to the neighbouring frame and not over the ends', () => {
  const on = timeOfStep(1, 1, 2)
  expect(frameAt(on)).toBe(25)
  expect(frameAt(timeOfStep(on, -1, 2))).toBe(24)
  expect(frameAt(timeOfStep(0, -1, 2))).toBe(0)
  expect(frameAt(timeOfStep(2, 1, 2))).toBe(47)
})

test('stepping through a clip shows every frame once', () => {
  const seen = [0]
  let time = 0
  for (let index = 0; index < 47; index += 1) {
    time = timeOfStep(time, 1, 2)
    seen.push(frameAt(time))
  }
  expect(seen).toEqual(Array.from({ length: 48 }, (_, frame) => frame))
})
