import type { GenerationStatus } from '../../api/model.ts'
import { formatLength, formatOrdinal } from '../../ui/format.ts'
import { toSentence } from '../../ui/sentence.ts'

/** What a generation is doing, as a person would say it. */

const STAGE_WORDS: Record<string, string> = {
  analyzing_prompt: 'Reading the prompt',
  generating_frames: 'Rendering frames',
  encoding: 'Encoding the clip',
  uploading: 'Storing the clip',
}

/** A stage that this page does not know yet is shown in its own words. */
export function stageWords(stage: string): string {
  const known = STAGE_WORDS[stage]
  if (known !== undefined) return known
  const words = stage.replaceAll('_', ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export type Describable = Pick<GenerationStatus, 'status' | 'progress' | 'stage' | 'error'> &
  Partial<Pick<GenerationStatus, 'queuePosition' | 'estimatedWaitSeconds' | 'queuePaused'>>

export function describeProgress(generation: Describable): string {
  switch (generation.status) {
    case 'queued':
      return describeQueue(generation)
    case 'processing':
      return describeStage(generation)
    case 'completed':
      return 'The clip is ready'
    case 'failed':
      return describeFailure(generation.error)
    case 'cancelled':
      return 'Cancelled. The reserved credits are back in your balance.'
  }
}

function describeQueue({ queuePosition, estimatedWaitSeconds, queuePaused }: Describable): string {
  const place = queuePosition ?? undefined
  if (queuePaused === true) {
    const where = place === undefined ? '' : ` Your clip is ${place <= 1 ? 'next' : formatOrdinal(place)}.`
    return `Waiting: the queue is paused for now.${where}`
  }
  const wait = estimatedWaitSeconds ?? undefined
  const tail = wait === undefined || wait <= 0 ? '.' : `; about ${formatLength(wait)}.`
  if (place === undefined) return wait === undefined ? 'Waiting for a free place.' : `Waiting${tail}`
  if (place <= 1) return `Waiting. Your clip is next${tail}`
  return `Waiting. Your clip is ${formatOrdinal(place)}${tail}`
}

function describeStage({ stage, progress }: Describable): string {
  const words = stage === null || stage === '' ? 'Starting' : stageWords(stage)
  return progress > 0 ? `${words}, ${progress} of 100` : words
}

function describeFailure(error: GenerationStatus['error']): string {
  if (error === null) return 'This clip failed. The reserved credits are back in your balance.'
  return `${toSentence(error.message)} The reserved credits are back in your balance.`
}

/** What to do after a failure. */
export function adviseOnFailure(error: GenerationStatus['error']): string {
  if (error === null || error.retryable) return 'Retry makes it again from the same words.'
  return 'The same words would fail again: change the prompt or the model, then generate.'
}

/** Words for the live region: coarser than the picture, because each change is read aloud. */
export function announceProgress(generation: Describable): string {
  if (generation.status !== 'processing') return describeProgress(generation)
  const quarter = Math.floor(generation.progress / 25) * 25
  const words = describeStage({ ...generation, progress: 0 })
  return quarter > 0 ? `${words}, over ${quarter} percent` : words
}
