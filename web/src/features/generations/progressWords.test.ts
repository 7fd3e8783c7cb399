import { expect, test } from 'vitest'
import {
  adviseOnFailure,
  announceProgress,
  describeProgress,
  stageWords,
  type Describable,
} from './progressWords.ts'

function generation(over: Partial<Describable>): Describable {
  return { status: 'processing', progress: 0, stage: null, error: null, ...over }
}

test.each<[Partial<Describable>, string]>([
  [{ status: 'queued' }, 'Waiting for a free place.'],
  [
    { status: 'queued', queuePosition: 1, estimatedWaitSeconds: 6.2 },
    'Waiting. Your clip is next; about 6 s.',
  ],
  [
    { status: 'queued', queuePosition: 3, estimatedWaitSeconds: 40 },
    'Waiting. Your clip is 3rd; about 40 s.',
  ],
  [
    { status: 'queued', queuePosition: 112, estimatedWaitSeconds: 600 },
    'Waiting. Your clip is 112th; about 10 min.',
  ],
  [
    { status: 'queued', queuePosition: 2, estimatedWaitSeconds: null, queuePaused: true },
    'Waiting: the queue is paused for now. Your clip is 2nd.',
  ],
  [{ status: 'queued', queuePosition: 2, estimatedWaitSeconds: 0 }, 'Waiting. Your clip is 2nd.'],
  [{ stage: 'analyzing_prompt' }, 'Reading the prompt'],
  [{ stage: 'generating_frames', progress: 62 }, 'Rendering frames, 62 of 100'],
  [{ stage: 'encoding', progress: 91 }, 'Encoding the clip, 91 of 100'],
  [{ stage: 'uploading', progress: 99 }, 'Storing the clip, 99 of 100'],
  [{ stage: null }, 'Starting'],
  [{ status: 'completed', progress: 100 }, 'The clip is ready'],
  [
    { status: 'failed', error: { code: 'RENDER_FAILED', message: 'the disk is full', retryable: true } },
    'The disk is full. The reserved credits are back in your balance.',
  ],
])('%o reads as %s', (over, words) => {
  expect(describeProgress(generation(over))).toBe(words)
})

test('a stage of a newer server is shown in its own words', () => {
  expect(stageWords('matching_lip_movement')).toBe('Matching lip movement')
})

test('the live region speaks once a quarter, not once a frame', () => {
  const spoken = Array.from({ length: 101 }, (_, progress) =>
    announceProgress(generation({ stage: 'generating_frames', progress })),
  )
  expect(new Set(spoken).size).toBe(5)
})

test('a failure that would come again is not to be retried', () => {
  const error = { code: 'REFUSED', message: 'the words are not allowed', retryable: false } as const
  expect(adviseOnFailure(error)).toContain('change the prompt')
  expect(adviseOnFailure({ ...error, retryable: true })).toContain('Retry')
  expect(adviseOnFailure(null)).toContain('Retry')
})
