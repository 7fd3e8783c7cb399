import type { ApiKey } from '../../api/model.ts'

/** How long an API key is to live, as a person chooses it. */

export const KEY_LIVES = [
  { days: 30, words: '30 days' },
  { days: 90, words: '90 days' },
  { days: 365, words: 'A year' },
  { days: 0, words: 'Until it is revoked' },
] as const

const DAY_MS = 86_400_000

/** When a key that is made now ends; never, for a life of no days. */
export function expiryAfter(days: number, nowMs: number): string | null {
  return days === 0 ? null : new Date(nowMs + days * DAY_MS).toISOString()
}

export type KeyState = 'lasting' | 'good' | 'ending' | 'expired'

/** The days before its end in which a key is shown as one to be replaced. */
const ENDING_DAYS = 7

export function keyStateOf({ expiresAt }: Pick<ApiKey, 'expiresAt'>, nowMs: number): KeyState {
  if (expiresAt === null) return 'lasting'
  const leftMs = Date.parse(expiresAt) - nowMs
  if (leftMs <= 0) return 'expired'
  return leftMs <= ENDING_DAYS * DAY_MS ? 'ending' : 'good'
}

const DAY = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' })

export function describeExpiry(key: Pick<ApiKey, 'expiresAt'>, nowMs: number): string {
  const day = key.expiresAt === null ? '' : DAY.format(Date.parse(key.expiresAt))
  switch (keyStateOf(key, nowMs)) {
    case 'lasting':
      return 'Works until it is revoked'
    case 'expired':
      return `Expired on ${day}`
    case 'ending':
    case 'good':
      return `Works until ${day}`
  }
}
