import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const tokens = readFileSync(new URL('../src/ui/tokens.css', import.meta.url), 'utf8')

/** WCAG 2.1 AA: words, and what has to be seen to be used. */
const WORDS = 4.5
const MARKS = 3

const PAIRS = [
  ...['ink', 'ink-quiet', 'lamp-text', 'done', 'failed', 'waiting'].flatMap((ink) => [
    [ink, 'ground', WORDS] as const,
    [ink, 'surface', WORDS] as const,
  ]),
  ['ink-quiet', 'sunken', WORDS],
  ['lamp-text', 'lamp-wash', WORDS],
  ['lamp-ink', 'lamp', WORDS],
  ['lamp-ink', 'lamp-hover', WORDS],
  ['film-ink', 'film', WORDS],
  ['film-ink', 'film-frame', WORDS],
  ['film-print', 'film', WORDS],
  ['edge', 'ground', MARKS],
  ['edge', 'surface', MARKS],
  ['focus', 'ground', MARKS],
  ['focus', 'surface', MARKS],
] as const

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  test.each(PAIRS)('%s on %s has a contrast of at least %s', (ink, ground, least) => {
    expect(contrast(colour(ink, theme), colour(ground, theme))).toBeGreaterThanOrEqual(least)
  })
})

function colour(token: string, theme: 'light' | 'dark'): string {
  const found = new RegExp(`--${token}: (?:light-dark\\((#\\w{6}), (#\\w{6})\\)|(#\\w{6}));`).exec(tokens)
  const value = found?.[3] ?? found?.[theme === 'light' ? 1 : 2]
  if (value === undefined) throw new Error(`tokens.css has no colour --${token}`)
  return value
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

/** Relative luminance, as WCAG defines it. */
function luminance(hex: string): number {
  const part = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}
