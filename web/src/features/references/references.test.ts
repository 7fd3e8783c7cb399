import { expect, test } from 'vitest'
import {
  changeReferences,
  FILE_BYTES_MAX,
  isUploading,
  keysOf,
  placesLeft,
  refuseFile,
  type Change,
  type Reference,
} from './references.ts'

const uploaded = (imageKey: string) => ({
  success: true,
  imageKey,
  thumbnailStatus: 'ready' as const,
  thumbnailUrl: `/thumbnails/${imageKey}`,
})

const play = (changes: Change[]) => changes.reduce<Reference[]>(changeReferences, [])

test('images keep the order in which they were added, whichever arrives first', () => {
  const references = play([
    { type: 'added', id: 1, name: 'a.jpg' },
    { type: 'added', id: 2, name: 'b.png' },
    { type: 'uploaded', id: 2, uploaded: uploaded('img_b') },
  ])
  expect(isUploading(references)).toBe(true)
  expect(keysOf(references)).toEqual(['img_b'])
  const both = changeReferences(references, { type: 'uploaded', id: 1, uploaded: uploaded('img_a') })
  expect(isUploading(both)).toBe(false)
  expect(keysOf(both)).toEqual(['img_a', 'img_b'])
})

test('what failed keeps its words, has no key and takes no place', () => {
  const references = play([
    { type: 'added', id: 1, name: 'a.gif' },
    { type: 'failed', id: 1, error: 'It is a GIF file.' },
    { type: 'added', id: 2, name: 'b.png' },
  ])
  expect(references[0]).toMatchObject({ state: 'failed', error: 'It is a GIF file.' })
  expect(keysOf(references)).toEqual([])
  expect(placesLeft(references)).toBe(3)
})

test('an upload that was taken away does not come back', () => {
  const references = play([
    { type: 'added', id: 1, name: 'a.jpg' },
    { type: 'removed', id: 1 },
    { type: 'uploaded', id: 1, uploaded: uploaded('img_a') },
  ])
  expect(references).toEqual([])
})

test('a clip marks its images as used', () => {
  const references = play([
    { type: 'added', id: 1, name: 'a.jpg' },
    { type: 'uploaded', id: 1, uploaded: uploaded('img_a') },
    { type: 'added', id: 2, name: 'b.jpg' },
    { type: 'used' },
  ])
  expect(references).toMatchObject([{ isUsed: true }, { state: 'uploading' }])
})

test('files that cannot be taken are told before they are sent', () => {
  expect(refuseFile({ size: 10, type: 'image/png' })).toBeUndefined()
  expect(refuseFile({ size: 10, type: '' })).toBeUndefined()
  expect(refuseFile({ size: FILE_BYTES_MAX, type: 'image/webp' })).toBeUndefined()
  expect(refuseFile({ size: FILE_BYTES_MAX + 1, type: 'image/webp' })).toContain('20 MB')
  expect(refuseFile({ size: 0, type: 'image/png' })).toContain('empty')
  expect(refuseFile({ size: 10, type: 'image/gif' })).toContain('JPEG')
})
