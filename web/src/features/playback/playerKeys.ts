/** The keys of the player, and what they are for. */

export type PlayerCommand =
  | { kind: 'toggle' }
  | { kind: 'jump'; seconds: number }
  | { kind: 'step'; frames: number }
  | { kind: 'start' }
  | { kind: 'end' }
  | { kind: 'faster' }
  | { kind: 'slower' }
  | { kind: 'loop' }
  | { kind: 'mute' }
  | { kind: 'fullScreen' }
  | { kind: 'help' }

/** Clips last 15 seconds at most, so a jump is a second. */
const JUMP_SECONDS = 1

const COMMANDS: Record<string, PlayerCommand> = {
  ' ': { kind: 'toggle' },
  k: { kind: 'toggle' },
  j: { kind: 'jump', seconds: -JUMP_SECONDS },
  l: { kind: 'jump', seconds: JUMP_SECONDS },
  ArrowLeft: { kind: 'jump', seconds: -JUMP_SECONDS },
  ArrowRight: { kind: 'jump', seconds: JUMP_SECONDS },
  ',': { kind: 'step', frames: -1 },
  '.': { kind: 'step', frames: 1 },
  Home: { kind: 'start' },
  End: { kind: 'end' },
  '>': { kind: 'faster' },
  '<': { kind: 'slower' },
  r: { kind: 'loop' },
  m: { kind: 'mute' },
  f: { kind: 'fullScreen' },
  '?': { kind: 'help' },
}

/** What the help shows, in this order. */
export const KEY_HELP: readonly { keys: string; words: string }[] = [
  { keys: 'Space or K', words: 'Play, pause' },
  { keys: 'J or ←, L or →', words: 'A second back, a second on' },
  { keys: ', and .', words: 'One frame back, one frame on' },
  { keys: 'Home and End', words: 'To the start, to the end' },
  { keys: '< and >', words: 'Slower, faster' },
  { keys: 'R', words: 'Repeat' },
  { keys: 'M', words: 'Sound off, on' },
  { keys: 'F', words: 'Full screen' },
  { keys: '?', words: 'This list' },
]

interface KeyPress {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  /** What has the focus: `BUTTON`, `INPUT`, … */
  target: string
}

/** What a key asks for; undefined when it belongs to the browser or to the control that has the focus. */
export function commandOf({ key, ctrlKey, metaKey, altKey, target }: KeyPress): PlayerCommand | undefined {
  if (ctrlKey || metaKey || altKey) return undefined
  // Space presses the button that has the focus.
  if (key === ' ' && target === 'BUTTON') return undefined
  // Keys choose within a list of speeds.
  if (target === 'SELECT') return undefined
  return COMMANDS[key.length === 1 ? key.toLowerCase() : key]
}

export const RATES: readonly number[] = [0.25, 0.5, 1, 1.5, 2]

export function nextRate(rate: number, step: -1 | 1): number {
  const place = RATES.indexOf(rate)
  return RATES[place + step] ?? rate
}
