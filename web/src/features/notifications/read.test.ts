import { expect, test } from 'vitest'
import { markRead } from './read.ts'

function notification(id: string, readAt: string | null) {
  return { id, readAt, kind: 'generation_completed', title: '', body: '', link: null, createdAt: '' }
}

const PAGES = [
  { nextCursor: 'x', notifications: [notification('a', null), notification('b', 'long ago')] },
  { nextCursor: null, notifications: [notification('c', null)] },
]

const timesOf = (pages: typeof PAGES) =>
  pages.flatMap((page) => page.notifications.map(({ readAt }) => readAt))

test('those that are named are read, on whichever page', () => {
  expect(timesOf(markRead(PAGES, ['c'], 'now'))).toEqual([null, 'long ago', 'now'])
})

test('all are read when none are named, and what was read keeps its time', () => {
  expect(timesOf(markRead(PAGES, undefined, 'now'))).toEqual(['now', 'long ago', 'now'])
  expect(timesOf(PAGES)).toEqual([null, 'long ago', null])
})
