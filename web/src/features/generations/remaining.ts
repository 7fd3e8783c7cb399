/** Below this much done, a guess would jump about. */
const PROGRESS_SEEN_MIN = 8
const SECONDS_SEEN_MIN = 1.5

/** Since when a generation has been watched, and how far it was then, in percent. */
export interface WatchStart {
  progress: number
  atMs: number
}

/** Seconds that the rest should take if it goes on as it did while it was watched; undefined while that is a guess. */
export function estimateRemaining(start: WatchStart, progress: number, nowMs: number): number | undefined {
  const seconds = (nowMs - start.atMs) / 1000
  const done = progress - start.progress
  if (done < PROGRESS_SEEN_MIN || seconds < SECONDS_SEEN_MIN || progress >= 100) return undefined
  return (seconds * (100 - progress)) / done
}
