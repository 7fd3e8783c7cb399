import { expect, test } from 'vitest'
import type { LedgerEntry } from '../../api/model.ts'
import { describeDay, describeEntry, formatShort, spendingByDay, startsDay } from './ledger.ts'

let made = 0

/** An entry at an hour of a day in March 2026, where the reader is. */
function entry(
  kind: LedgerEntry['kind'],
  amount: number,
  when: { day: number; hour?: number },
  generationId: string | null = null,
): LedgerEntry {
  made += 1
  const createdAt = new Date(2026, 2, when.day, when.hour ?? 12).toISOString()
  return { id: `led_${made}`, kind, amount, balanceAfter: 0, generationId, createdAt }
}

const TODAY = new Date(2026, 2, 6, 9).getTime()

const PART = { todayMs: TODAY, daysMax: 14, isWhole: false }

test('a day begins with its first entry', () => {
  const [late, early, other] = [
    entry('reserve', -10, { day: 6, hour: 23 }),
    entry('refund', 10, { day: 6, hour: 0 }),
    entry('reserve', -10, { day: 5, hour: 23 }),
  ]
  expect(startsDay(late, undefined)).toBe(true)
  expect(startsDay(early, late)).toBe(false)
  expect(startsDay(other, early)).toBe(true)
})

test('what came back counts against the day on which it was reserved', () => {
  const entries = [
    entry('refund', 30, { day: 6 }, 'gen_b'),
    entry('settle', 0, { day: 6 }, 'gen_a'),
    entry('reserve', -30, { day: 4 }, 'gen_b'),
    entry('reserve', -12, { day: 4 }, 'gen_a'),
    entry('grant', 1000, { day: 3 }),
  ]
  expect(spendingByDay(entries, PART)).toEqual([
    { day: '2026-03-03', credits: 0 },
    { day: '2026-03-04', credits: 12 },
    { day: '2026-03-05', credits: 0 },
    { day: '2026-03-06', credits: 0 },
  ])
})

test('a refund whose reservation is not loaded is left out', () => {
  expect(spendingByDay([entry('refund', 30, { day: 6 }, 'gen_old')], PART)).toEqual([
    { day: '2026-03-06', credits: 0 },
  ])
  expect(spendingByDay([], PART)).toEqual([])
})

test('at most so many days are shown, the latest ones', () => {
  const days = spendingByDay([entry('grant', 5, { day: 1 })], { ...PART, daysMax: 3 })
  expect(days.map(({ day }) => day)).toEqual(['2026-03-04', '2026-03-05', '2026-03-06'])
})

test('days before the first entry are empty once there are no earlier ones', () => {
  const days = spendingByDay([entry('grant', 5, { day: 6 })], { ...PART, daysMax: 7, isWhole: true })
  expect(days).toHaveLength(7)
  expect(days[0]).toEqual({ day: '2026-02-28', credits: 0 })
})

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1k'],
  [1250, '1.3k'],
  [12_400, '12k'],
])('%d credits on a bar are %s', (credits, words) => {
  expect(formatShort(credits)).toBe(words)
})

test('days near now have names', () => {
  expect(describeDay('2026-03-06', TODAY)).toBe('Today')
  expect(describeDay('2026-03-05', TODAY)).toBe('Yesterday')
  expect(describeDay('2026-02-28', TODAY)).toBe('Saturday, February 28, 2026')
})

test('credits that an administrator takes back are not called an addition', () => {
  expect(describeEntry({ kind: 'grant', amount: 100 })).toBe('Credits added')
  expect(describeEntry({ kind: 'grant', amount: -100 })).toBe('Credits taken back')
})
