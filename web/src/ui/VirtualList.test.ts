import { expect, test } from 'vitest'
import { recallHeights, rememberHeights } from './listHeights.ts'
import { ROWS_MAX, rowsOf } from './VirtualList.tsx'

test('rows in sight come with a few on either side, within the list', () => {
  expect(rowsOf({ startIndex: 0, endIndex: 2, overscan: 2, count: 100 })).toEqual([0, 1, 2, 3, 4])
  expect(rowsOf({ startIndex: 10, endIndex: 11, overscan: 1, count: 12 })).toEqual([9, 10, 11])
  expect(rowsOf({ startIndex: 0, endIndex: 0, overscan: 4, count: 0 })).toEqual([])
})

test('a window as high as a wall still holds no more rows than the most', () => {
  const rows = rowsOf({ startIndex: 500, endIndex: 900, overscan: 4, count: 10_000 })
  expect(rows).toHaveLength(ROWS_MAX)
  expect(rows[0]).toBe(496)
})

test('the heights of the lists that one left last are kept', () => {
  const height = { key: 'a', index: 0, start: 0, end: 40, size: 40, lane: 0 }
  rememberHeights('first', [height])
  expect(recallHeights('first')).toEqual([height])
  for (let list = 0; list < 8; list += 1) rememberHeights(`list ${list}`, [])
  expect(recallHeights('first')).toEqual([])
})
