import { expect, test } from 'vitest'
import { parseLiveMessage } from '../../api/liveMessage.ts'
import type { GenerationStatus } from '../../api/model.ts'
import { laterStatus, mergeLive } from './mergeLive.ts'

const RUNNING: GenerationStatus = {
  id: 'gen_1',
  status: 'processing',
  progress: 40,
  stage: 'generating_frames',
  thumbnailUrl: null,
  videoUrl: null,
  error: null,
  updatedAt: '2026-01-01T00:00:10Z',
}

function merge(current: GenerationStatus, fields: object): GenerationStatus {
  const message = parseLiveMessage(
    JSON.stringify({ timestamp: '2026-01-01T00:00:20Z', generationId: 'gen_1', ...fields }),
  )
  return message === undefined ? expect.unreachable('not a message') : mergeLive(current, message)
}

test('progress moves on and what a message leaves out stays', () => {
  expect(merge(RUNNING, { type: 'progress', progress: 62.4 })).toMatchObject({
    progress: 62,
    stage: 'generating_frames',
    updatedAt: '2026-01-01T00:00:20.000Z',
  })
})

test('progress never goes back while it runs, but starts again with a new state', () => {
  expect(merge(RUNNING, { type: 'progress', progress: 12 }).progress).toBe(40)
  expect(merge(RUNNING, { type: 'status', status: 'queued', progress: 0 })).toMatchObject({
    status: 'queued',
    progress: 0,
  })
})

test.each(['completed', 'failed', 'cancelled'])('a message of type %s names the state', (type) => {
  expect(merge(RUNNING, { type }).status).toBe(type)
})

test('a final state stays', () => {
  const done = merge(RUNNING, { type: 'completed', progress: 100, videoUrl: '/v.mp4' })
  expect(merge(done, { type: 'progress', progress: 70 })).toEqual(done)
  expect(laterStatus(done, RUNNING)).toEqual(done)
})

test('nonsense in a message changes nothing', () => {
  const merged = merge(RUNNING, { type: 'status', status: 'dancing', progress: 'x', stage: 7, error: 'no' })
  expect(merged).toEqual({ ...RUNNING, updatedAt: merged.updatedAt })
})

test('an answer to a poll counts unless the socket has said something later', () => {
  const older = { ...RUNNING, progress: 30, updatedAt: '2026-01-01T00:00:09Z' }
  const newer = { ...RUNNING, progress: 50, updatedAt: '2026-01-01T00:00:11Z' }
  expect(laterStatus(RUNNING, older)).toBe(RUNNING)
  expect(laterStatus(RUNNING, newer)).toBe(newer)
  expect(laterStatus(undefined, older)).toBe(older)
})

test('a poll that sees the end counts, whatever the clock says', () => {
  const ended: GenerationStatus = { ...RUNNING, status: 'failed', updatedAt: '2026-01-01T00:00:01Z' }
  expect(laterStatus(RUNNING, ended)).toBe(ended)
})
