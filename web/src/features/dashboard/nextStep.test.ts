import { expect, test } from 'vitest'
import type { GenerationState, Project } from '../../api/model.ts'
import { addressOf, nextStepOf, scenesAround } from './nextStep.ts'

/** A project with one scene for each state; `none` is a scene that was never generated. */
function projectWith(...states: (GenerationState | 'none')[]): Project {
  const scenes = states.map((status, position) => ({
    id: `scn_${position + 1}`,
    position,
    prompt: 'a calm sea',
    latestGeneration:
      status === 'none'
        ? null
        : {
            id: `gen_${position}`,
            status,
            progress: 0,
            thumbnailUrl: null,
            createdAt: '2026-03-04T12:00:00Z',
          },
  }))
  return {
    id: 'prj_1',
    title: 'Sea',
    description: '',
    sceneCount: scenes.length,
    totalCost: 0,
    createdAt: '2026-03-04T12:00:00Z',
    updatedAt: '2026-03-04T12:00:00Z',
    latestGeneration: null,
    scenes,
  }
}

test.each([
  [[], 'write', undefined],
  [['none', 'failed', 'processing'], 'watch', 'scn_3'],
  [['none', 'queued'], 'watch', 'scn_2'],
  [['completed', 'none', 'failed'], 'mend', 'scn_3'],
  [['completed', 'cancelled', 'none'], 'generate', 'scn_2'],
  [['completed', 'completed'], 'export', undefined],
] as const)('scenes that are %j ask to %s', (states, kind, sceneId) => {
  expect(nextStepOf(projectWith(...states))).toMatchObject({ kind, sceneId })
})

test('what is missing is counted in words', () => {
  expect(nextStepOf(projectWith('completed', 'none')).words).toBe('1 of 2 scenes has no clip yet.')
  expect(nextStepOf(projectWith('none', 'none')).words).toBe('2 of 2 scenes have no clip yet.')
})

test('the way leads to the scene, or to the project', () => {
  expect(addressOf({ id: 'prj_1' }, 'scn_2')).toBe('/projects/prj_1/scenes/scn_2')
  expect(addressOf({ id: 'prj_1' }, undefined)).toBe('/projects/prj_1')
})

test('a long film shows the scenes around the one that matters', () => {
  const { scenes } = projectWith(...Array.from({ length: 10 }, () => 'completed' as const))
  const idsAround = (id: string | undefined) => scenesAround(scenes, id, 4).map((scene) => scene.id)
  expect(idsAround(undefined)).toEqual(['scn_1', 'scn_2', 'scn_3', 'scn_4'])
  expect(idsAround('scn_6')).toEqual(['scn_4', 'scn_5', 'scn_6', 'scn_7'])
  expect(idsAround('scn_10')).toEqual(['scn_7', 'scn_8', 'scn_9', 'scn_10'])
})
