import { expect, test } from 'vitest'
import type { Scene } from '../../api/model.ts'
import { describeJob, describeReady, filmLength, hasClip, isOutdated } from './exportState.ts'

function scene(over: Partial<Scene>): Scene {
  return {
    id: 's',
    projectId: 'p',
    position: 0,
    prompt: '',
    durationSeconds: 4,
    selectedGenerationId: null,
    latestGeneration: null,
    updatedAt: '2026-01-01T00:00:00Z',
    ...over,
  }
}

const READY = scene({ selectedGenerationId: 'g' })

test('what takes part is told before it is asked for', () => {
  expect([READY, scene({})].map(hasClip)).toEqual([true, false])
  expect(describeReady(0, 2)).toContain('No scene')
  expect(describeReady(1, 2)).toBe('1 of 2 scenes has a clip; the film leaves the others out.')
  expect(describeReady(2, 2)).toBe('Every scene has a clip.')
})

test('a film is as long as its clips, less what they fade into each other', () => {
  expect(filmLength([READY, scene({}), READY, READY], 0)).toBe(12)
  expect(filmLength([READY, scene({}), READY, READY], 0.5)).toBe(11)
  expect(filmLength([scene({})], 1)).toBe(0)
})

test('an export is out of date once a scene was changed after it', () => {
  const job = { createdAt: '2026-01-01T00:00:05Z' }
  expect(isOutdated(job, [READY])).toBe(false)
  expect(isOutdated(job, [READY, scene({ updatedAt: '2026-01-01T00:00:06Z' })])).toBe(true)
})

test('a job tells where it is', () => {
  expect(describeJob(undefined)).toBe('Waiting for a free place.')
  expect(describeJob({ status: 'running', progress: 40 })).toBe('Exporting, 40 of 100')
})
