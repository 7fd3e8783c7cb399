import { expect, test } from 'vitest'
import type { Model, Scene } from '../../api/model.ts'
import { Problem } from '../../api/problem.ts'
import {
  asksAgain,
  countPaid,
  needsClip,
  obstacleOf,
  planItem,
  sendBatch,
  totalCost,
  type Ask,
  type BatchItem,
} from './batch.ts'

const MODEL: Model = {
  id: 'local',
  title: 'Animatic',
  provider: 'local',
  kinds: ['text_to_video'],
  resolutions: ['360p', '720p'],
  durations: [2, 5, 10],
  aspectRatios: ['16:9'],
  creditsPerSecond: 3,
  retiresOn: null,
}
const WISH = { model: 'local', resolution: '720p', duration: 1, aspectRatio: '16:9' }

function scene(id: string, over: Partial<Scene> = {}): Scene {
  return {
    id,
    projectId: 'prj_1',
    position: 0,
    prompt: `what ${id} shows`,
    durationSeconds: 5,
    selectedGenerationId: null,
    latestGeneration: null,
    updatedAt: '2026-01-01T00:00:00Z',
    ...over,
  }
}

const latest = (status: 'queued' | 'completed' | 'failed') => ({
  latestGeneration: { id: 'g', status, progress: 0, thumbnailUrl: null, createdAt: '2026-01-01T00:00:00Z' },
})

function item(sceneId: string, cost = 15): BatchItem {
  return { ...planItem(scene(sceneId), 1, WISH, MODEL, `key ${sceneId}`), cost }
}

async function send(items: BatchItem[], refusals: Record<string, Problem>) {
  const sent: string[] = []
  const asks: Record<string, Ask> = {}
  await sendBatch(
    items,
    ({ sceneId }) => {
      sent.push(sceneId)
      const refusal = refusals[sceneId]
      return refusal === undefined
        ? Promise.resolve({ generationId: `gen of ${sceneId}` })
        : Promise.reject(refusal)
    },
    (sceneId, ask) => (asks[sceneId] = ask),
  )
  const states = items.map(({ sceneId }) => asks[sceneId]?.state)
  return { sent, states, items: items.map((one) => ({ ...one, ask: asks[one.sceneId] ?? one.ask })) }
}

const problem = (status: number) => new Problem({ status, code: 'X', detail: 'No.' })

test('a scene without a clip needs one; one that is being made or has no words has to wait', () => {
  expect(needsClip(scene('a'))).toBe(true)
  expect(needsClip(scene('a', latest('failed')))).toBe(true)
  expect(needsClip(scene('a', latest('completed')))).toBe(false)
  expect(needsClip(scene('a', { ...latest('failed'), selectedGenerationId: 'g' }))).toBe(false)
  expect(obstacleOf(scene('a', latest('queued')))).toBe('under way')
  expect(obstacleOf(scene('a', { prompt: ' ' }))).toBe('no prompt')
  expect(obstacleOf(scene('a', latest('completed')))).toBeUndefined()
})

test('each scene keeps its own words and length', () => {
  const planned = planItem(scene('a', { durationSeconds: 9 }), 4, WISH, MODEL, 'k')
  expect(planned).toMatchObject({
    number: 4,
    cost: 30,
    body: { sceneId: 'a', prompt: 'what a shows', duration: 10, resolution: '720p', model: 'local' },
  })
})

test('the balance pays for the first ones', () => {
  const items = [item('a', 4), item('b', 4), item('c', 4)]
  expect(totalCost(items)).toBe(12)
  expect(countPaid(items, 12)).toBe(3)
  expect(countPaid(items, 11)).toBe(2)
  expect(countPaid(items, 0)).toBe(0)
})

test('one that is refused does not stop the others', async () => {
  const { states, sent } = await send([item('a'), item('b'), item('c')], { b: problem(422) })
  expect(sent).toEqual(['a', 'b', 'c'])
  expect(states).toEqual(['accepted', 'refused', 'accepted'])
})

test.each([0, 402, 429, 503])('status %d holds the rest back', async (status) => {
  const { states, sent } = await send([item('a'), item('b'), item('c')], { b: problem(status) })
  expect(sent).toEqual(['a', 'b'])
  expect(states).toEqual(['accepted', 'refused', 'heldBack'])
})

test('asking again sends only what was not accepted; a lost answer keeps its key', async () => {
  const lost = await send([item('a'), item('b'), item('c')], { b: problem(0) })
  const again = asksAgain(lost.items, () => 'new')
  expect(again.map(({ key }) => key)).toEqual(['key a', 'key b', 'key c'])
  expect((await send(again, {})).sent).toEqual(['b', 'c'])

  const refused = await send([item('a'), item('b')], { b: problem(402) })
  expect(asksAgain(refused.items, () => 'new').map(({ key }) => key)).toEqual(['key a', 'new'])
})
