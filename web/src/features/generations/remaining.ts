/** Below this share of the work a guess would jump about. */
const PROGRESS_MIN = 8
const ELAPSED_SECONDS_MIN = 1.5

/** Seconds that the rest should take if it goes on as it did; undefined while that is a guess. */
export function estimateRemaining(progress: number, elapsedSeconds: number): number | undefined {
  if (progress < PROGRESS_MIN || progress >= 100 || elapsedSeconds < ELAPSED_SECONDS_MIN) return undefined
  return (elapsedSeconds * (100 - progress)) / progress
}
