/** Clips and films are made with this many frames a second; a clip from elsewhere is counted in the same frames. */
export const FRAMES_PER_SECOND = 24

/** `0:02:14`: minutes, seconds and frames, as an editor counts. */
export function formatTimecode(seconds: number): string {
  const frames = frameAt(seconds)
  const whole = Math.floor(frames / FRAMES_PER_SECOND)
  const rest = frames % FRAMES_PER_SECOND
  return `${Math.floor(whole / 60)}:${pad(whole % 60)}:${pad(rest)}`
}

/** The number of the frame that shows at a time. A time just short of a frame, from a sum of fractions, is on it. */
export function frameAt(seconds: number): number {
  const frames = Math.max(0, seconds) * FRAMES_PER_SECOND
  return Number.isFinite(frames) ? Math.floor(frames + 0.001) : 0
}

/** A time within the frame that is `step` frames on, safely away from its edges. */
export function timeOfStep(seconds: number, step: number, duration: number): number {
  const last = Math.max(0, frameAt(duration) - 1)
  const frame = Math.min(last, Math.max(0, frameAt(seconds) + step))
  return (frame + 0.5) / FRAMES_PER_SECOND
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
