import type { AdminJob, JobStatus, Queue } from '../../api/model.ts'
import { formatCount, formatLength } from '../../ui/format.ts'

/** How a queue and a job stand, in figures and words for operators. */

/** A count that the server stops at means "or more". */
const COUNT_MAX = 10_000

export function describeCount(count: number): string {
  return count >= COUNT_MAX ? `${formatCount(COUNT_MAX)}+` : formatCount(count)
}

/** How long the job has waited that has waited longest. */
export function oldestWait({ oldestWaitingSince }: Pick<Queue, 'oldestWaitingSince'>, nowMs: number): string {
  if (oldestWaitingSince === null) return '–'
  return formatLength((nowMs - Date.parse(oldestWaitingSince)) / 1000)
}

/** What a queue gets through in a minute when it is full: its places by how long a job takes. */
export function ratePerMinute({ concurrency, meanDurationSeconds }: Queue): string {
  if (meanDurationSeconds === null || meanDurationSeconds <= 0) return '–'
  const rate = (concurrency * 60) / meanDurationSeconds
  return rate >= 10 ? formatCount(rate) : rate.toFixed(1)
}

export function describeDuration(seconds: number | null): string {
  if (seconds === null) return '–'
  return seconds < 10 ? `${seconds.toFixed(1)} s` : formatLength(seconds)
}

/** How long a job has run, or ran. */
export function runTime({ startedAt, endedAt }: AdminJob, nowMs: number): string {
  if (startedAt === null) return '–'
  const endMs = endedAt === null ? nowMs : Date.parse(endedAt)
  return describeDuration(Math.max(0, (endMs - Date.parse(startedAt)) / 1000))
}

export const STATES: readonly { state: JobStatus; words: string }[] = [
  { state: 'queued', words: 'Waiting' },
  { state: 'running', words: 'Running' },
  { state: 'dead', words: 'Dead letters' },
  { state: 'failed', words: 'Failed' },
  { state: 'completed', words: 'Completed' },
  { state: 'cancelled', words: 'Cancelled' },
]

export function stateOf(name: string | null): JobStatus {
  return STATES.find(({ state }) => state === name)?.state ?? 'queued'
}

/** What can be done about a job in its state. */
export function actsOn({ status, cancelRequestedAt }: Pick<AdminJob, 'status' | 'cancelRequestedAt'>) {
  const isWaiting = status === 'queued'
  return {
    canRequeue: status === 'dead' || status === 'failed',
    canCancel: (isWaiting || status === 'running') && cancelRequestedAt === null,
    canMove: isWaiting,
  }
}

const OUTCOMES: Record<string, string> = {
  completed: 'completed',
  retried: 'failed, tried again',
  failed: 'failed',
  dead: 'failed for good',
  cancelled: 'called off',
  lease_lost: 'its worker was lost',
  handed_back: 'handed back, as the worker stopped',
}

export function describeOutcome(outcome: string | null): string {
  if (outcome === null) return 'running'
  return OUTCOMES[outcome] ?? outcome.replaceAll('_', ' ')
}
