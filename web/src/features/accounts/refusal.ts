import { Problem } from '../../api/problem.ts'
import { formatClock } from '../../ui/format.ts'

/** Why nobody was signed in, and until when asking again is of no use. */

/** What a form knows of its last refusal. */
export interface Refusal {
  error: unknown
  atMs: number
}

/** Seconds until the server takes another attempt; 0 when it takes one now, or did not say. */
export function secondsToWait(refusal: Refusal | undefined, nowMs: number): number {
  const wait = refusal?.error instanceof Problem ? refusal.error.retryAfterSeconds : undefined
  if (refusal === undefined || wait === undefined) return 0
  return Math.max(0, Math.ceil((refusal.atMs + wait * 1000 - nowMs) / 1000))
}

/** Whether nobody can make an account here by themselves. */
export function isSignUpClosed(error: unknown): boolean {
  return error instanceof Problem && error.status === 403 && error.code === 'FORBIDDEN'
}

/** Whether all there is to say stands beside the fields. */
export function isToldByFields(error: unknown, fields: readonly string[]): boolean {
  if (!(error instanceof Problem) || error.fields.length === 0) return false
  return error.fields.every(({ pointer }) => fields.includes(pointer.slice(1)))
}

export function describeWait(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${formatClock(seconds)} min`
}

/** What the server says without its own count of seconds, which stands still: the page counts them down. */
export function withoutWait(detail: string): string {
  return detail.replace(/;? *try again in \d+ ?s\.?$/i, '.')
}
