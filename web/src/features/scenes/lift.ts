/** A frame of the strip that was picked up: where it was, and where it would be put down. Places count from 0. */
export interface Lift {
  id: string
  from: number
  to: number
  /** How far it follows the pointer, in pixels; undefined while keys move it. */
  offset: number | undefined
}

/** How near the edge of the strip the pointer has to be before the strip moves, in pixels. */
const EDGE = 72
/** Most pixels that the strip moves in one picture of the screen: fast enough for 200 scenes, slow enough to stop. */
const EDGE_SPEED_MAX = 22

/** The places by which a frame at `place` makes room for the one that was picked up. */
export function placesAside(place: number, lift: Lift | undefined): -1 | 0 | 1 {
  if (lift === undefined) return 0
  if (lift.from < place && place <= lift.to) return -1
  if (lift.to <= place && place < lift.from) return 1
  return 0
}

/** The place nearest to a frame that was dragged by `offset` pixels, where frames stand `pitch` pixels apart. */
export function placeAfterDrag(from: number, offset: number, pitch: number, count: number): number {
  const place = pitch > 0 ? from + Math.round(offset / pitch) : from
  return Math.min(count - 1, Math.max(0, place))
}

/** Pixels by which the strip moves on, with the pointer at `x`: faster the nearer to the edge, negative to the left. */
export function edgeSpeed(x: number, left: number, right: number): number {
  const depth = (distance: number) => Math.min(1, Math.max(0, (EDGE - distance) / EDGE))
  const back = depth(x - left)
  const forth = depth(right - x)
  return Math.round((forth - back) * EDGE_SPEED_MAX)
}

/** The place that a key moves the lifted frame to; undefined for a key that does not. */
export function placeAfterKey(key: string, to: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowUp':
      return Math.max(0, to - 1)
    case 'ArrowRight':
    case 'ArrowDown':
      return Math.min(count - 1, to + 1)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}

export type LiftNews = 'picked up' | 'moved' | 'put down' | 'put back'

/** What is read aloud to those who do not see the frame move. */
export function announceLift(news: LiftNews, { from, to }: Lift, count: number): string {
  const place = `place ${to + 1} of ${count}`
  switch (news) {
    case 'picked up':
      return `Scene ${from + 1} picked up, ${place}. Arrow keys move it, Space puts it down, Escape puts it back.`
    case 'moved':
      return `Moved to ${place}.`
    case 'put down':
      return to === from ? `Scene ${from + 1} stays where it was.` : `Scene put down at ${place}.`
    case 'put back':
      return `Scene put back at place ${from + 1}.`
  }
}
