const DELAY_MS_FIRST = 500
const DELAY_MS_MAX = 15_000

/**
 * Milliseconds before the next connection attempt: doubling, capped, and spread over its upper half so that a
 * restarted server does not meet all its pages at once.
 */
export function reconnectDelay(attempt: number, random: number): number {
  const ceiling = Math.min(DELAY_MS_MAX, DELAY_MS_FIRST * 2 ** attempt)
  return Math.round(ceiling / 2 + (ceiling / 2) * random)
}
