import type { GenerateIn, Model, Scene } from '../../api/model.ts'
import { Problem } from '../../api/problem.ts'
import { estimateCost, fitRecipe, type Wish } from './recipe.ts'

/** Clips of many scenes, asked for one after the other. */

export type Ask =
  | { state: 'waiting' }
  | { state: 'sending' }
  | { state: 'accepted'; generationId: string }
  | { state: 'refused'; error: unknown }
  /** Not sent, because what stopped the one before would have stopped it too. */
  | { state: 'heldBack' }

export interface BatchItem {
  sceneId: string
  /** The scene's number in the film, from 1. */
  number: number
  body: GenerateIn
  /** One ask has one key, so that asking again after a lost answer makes no second clip. */
  key: string
  cost: number
  ask: Ask
}

/** Why a scene can't be part of it now. */
export type Obstacle = 'no prompt' | 'under way'

export function obstacleOf(scene: Scene): Obstacle | undefined {
  const state = scene.latestGeneration?.status
  if (state === 'queued' || state === 'processing') return 'under way'
  return scene.prompt.trim() === '' ? 'no prompt' : undefined
}

export function needsClip(scene: Scene): boolean {
  return scene.selectedGenerationId === null && scene.latestGeneration?.status !== 'completed'
}

/** What is asked for a scene: its own words and length, and the rest alike for all. */
export function planItem(scene: Scene, number: number, wish: Wish, model: Model, key: string): BatchItem {
  const recipe = fitRecipe({ ...wish, duration: scene.durationSeconds }, model)
  return {
    sceneId: scene.id,
    number,
    body: { sceneId: scene.id, prompt: scene.prompt.trim(), ...recipe },
    key,
    cost: estimateCost(model, recipe.duration),
    ask: { state: 'waiting' },
  }
}

export function totalCost(items: readonly Pick<BatchItem, 'cost'>[]): number {
  return items.reduce((sum, { cost }) => sum + cost, 0)
}

/** How many, from the first, the balance pays for. */
export function countPaid(items: readonly Pick<BatchItem, 'cost'>[], balance: number): number {
  let left = balance
  let paid = 0
  for (const { cost } of items) {
    left -= cost
    if (left < 0) break
    paid += 1
  }
  return paid
}

/** Sends what waits, in order, and tells of every step. What would stop every other ask too ends it. */
export async function sendBatch(
  items: readonly BatchItem[],
  send: (item: BatchItem) => Promise<{ generationId: string }>,
  tell: (sceneId: string, ask: Ask) => void,
): Promise<void> {
  let isStopped = false
  for (const item of items) {
    if (item.ask.state !== 'waiting') continue
    if (isStopped) {
      tell(item.sceneId, { state: 'heldBack' })
      continue
    }
    tell(item.sceneId, { state: 'sending' })
    try {
      const { generationId } = await send(item)
      tell(item.sceneId, { state: 'accepted', generationId })
    } catch (error) {
      tell(item.sceneId, { state: 'refused', error })
      isStopped = stopsAll(error)
    }
  }
}

/** Those that were not accepted, to be asked again. A refusal was an answer, so asking again is a new ask. */
export function asksAgain(items: readonly BatchItem[], createKey: () => string): BatchItem[] {
  return items.map((item) => {
    const { state } = item.ask
    if (state !== 'refused' && state !== 'heldBack') return item
    const wasAnswered = item.ask.state === 'refused' && isAnswer(item.ask.error)
    return { ...item, key: wasAnswered ? createKey() : item.key, ask: { state: 'waiting' } }
  })
}

/** Nobody answers, nobody is signed in, no credits, or too much at once: the next ask would end alike. */
function stopsAll(error: unknown): boolean {
  return error instanceof Problem && [0, 401, 402, 429, 503, 507].includes(error.status)
}

function isAnswer(error: unknown): boolean {
  return error instanceof Problem && error.status !== 0
}
