import type { LiveMessage } from '../../api/liveMessage.ts'
import type { GenerationState, GenerationStatus } from '../../api/model.ts'

const STATES: readonly string[] = ['queued', 'processing', 'completed', 'failed', 'cancelled']

/** Message types that name the state they lead to, where the message itself does not. */
const STATE_OF_TYPE: Record<string, GenerationState> = {
  progress: 'processing',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
}

export function isFinal(state: GenerationState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled'
}

/**
 * The status after a message from the socket. Fields that a message leaves out keep their value; a final state
 * never goes back, and within one state progress never does, since an answer to a poll may arrive late.
 */
export function mergeLive(current: GenerationStatus, message: LiveMessage): GenerationStatus {
  const { fields } = message
  const said = fields['status']
  const status = isState(said) ? said : (STATE_OF_TYPE[message.type] ?? current.status)
  if (isFinal(current.status) && status !== current.status) return current

  const progress = fields['progress']
  return {
    ...current,
    status,
    progress: typeof progress === 'number' ? laterProgress(current, status, progress) : current.progress,
    stage: textOr(fields['stage'], current.stage),
    thumbnailUrl: textOr(fields['thumbnailUrl'], current.thumbnailUrl),
    videoUrl: textOr(fields['videoUrl'], current.videoUrl),
    error: isError(fields['error']) ? fields['error'] : current.error,
    queuePosition: numberOr(fields['queuePosition'], current.queuePosition),
    estimatedWaitSeconds: waitOr(fields['estimatedWaitSeconds'], current.estimatedWaitSeconds),
    queuePaused: typeof fields['queuePaused'] === 'boolean' ? fields['queuePaused'] : current.queuePaused,
    updatedAt: textOr(fields['updatedAt'], timeOf(message) ?? current.updatedAt),
  }
}

/**
 * The status after an answer to a poll, which may be older than what the socket has said since. Both times are the
 * server's.
 */
export function laterStatus(
  current: GenerationStatus | undefined,
  answer: GenerationStatus,
): GenerationStatus {
  if (current === undefined || isFinal(answer.status)) return answer
  const isOlder = Date.parse(answer.updatedAt) < Date.parse(current.updatedAt)
  return isFinal(current.status) || isOlder ? current : answer
}

function laterProgress(current: GenerationStatus, status: GenerationState, progress: number): number {
  const whole = Math.min(100, Math.max(0, Math.round(progress)))
  return status === current.status ? Math.max(current.progress, whole) : whole
}

function timeOf({ timestampMs }: LiveMessage): string | undefined {
  return timestampMs === 0 ? undefined : new Date(timestampMs).toISOString()
}

function isState(value: unknown): value is GenerationState {
  return typeof value === 'string' && STATES.includes(value)
}

function isError(value: unknown): value is NonNullable<GenerationStatus['error']> {
  return (
    typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
  )
}

function textOr<T>(value: unknown, otherwise: T): string | T {
  return typeof value === 'string' ? value : otherwise
}

/** Null says that nobody knows, as the queue is paused. */
function waitOr<T>(value: unknown, otherwise: T): number | null | T {
  return value === null ? null : numberOr(value, otherwise)
}

function numberOr<T>(value: unknown, otherwise: T): number | T {
  return typeof value === 'number' ? value : otherwise
}
