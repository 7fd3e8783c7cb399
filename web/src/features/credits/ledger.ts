import type { LedgerEntry } from '../../api/model.ts'

/** What the entries of the ledger say, and what they say about spending. Days are the reader's own. */

/** `2026-03-04`, where the reader is. */
export function dayOf(iso: string): string {
  const time = new Date(iso)
  return [time.getFullYear(), pad(time.getMonth() + 1), pad(time.getDate())].join('-')
}

/** Whether an entry is the first of its day in a list, latest first, in which `before` stands above it. */
export function startsDay(entry: LedgerEntry, before: LedgerEntry | undefined): boolean {
  return before === undefined || dayOf(before.createdAt) !== dayOf(entry.createdAt)
}

export interface DaySpending {
  day: string
  credits: number
}

export interface SpendingWindow {
  todayMs: number
  daysMax: number
  /** Whether `entries` are all that there are; otherwise nothing is said of the days before them. */
  isWhole: boolean
}

/**
 * What clips cost, by the day on which they were asked for, oldest day first, days without any included. What came back
 * counts against the day of its reservation; a reservation that is not among `entries` is not guessed at.
 */
export function spendingByDay(
  entries: readonly LedgerEntry[],
  { todayMs, daysMax, isWhole }: SpendingWindow,
): DaySpending[] {
  const reservedOn = new Map<string, string>()
  for (const { kind, generationId, createdAt } of entries) {
    if (kind === 'reserve' && generationId !== null) reservedOn.set(generationId, dayOf(createdAt))
  }
  const spent = new Map<string, number>()
  for (const { kind, generationId, amount } of entries) {
    const day = generationId === null || kind === 'grant' ? undefined : reservedOn.get(generationId)
    if (day !== undefined) spent.set(day, (spent.get(day) ?? 0) - amount)
  }
  const oldest = entries.at(-1)
  if (oldest === undefined) return []
  return daysUntil(todayMs, isWhole ? '' : dayOf(oldest.createdAt), daysMax).map((day) => ({
    day,
    credits: spent.get(day) ?? 0,
  }))
}

/** `12.4k`: short enough to stand on a bar. */
export function formatShort(credits: number): string {
  if (credits < 1000) return String(credits)
  const thousands = credits / 1000
  return thousands < 10 ? `${thousands.toFixed(1).replace(/\.0$/, '')}k` : `${Math.round(thousands)}k`
}

const WHOLE_DAY = new Intl.DateTimeFormat('en', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
})
const SHORT_DAY = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' })

/** `Today`, `Yesterday`, then the day itself. */
export function describeDay(day: string, nowMs: number): string {
  if (day === dayOf(new Date(nowMs).toISOString())) return 'Today'
  if (day === dayBefore(dayOf(new Date(nowMs).toISOString()))) return 'Yesterday'
  return WHOLE_DAY.format(noonOf(day))
}

export function describeDayShortly(day: string): string {
  return SHORT_DAY.format(noonOf(day))
}

const KIND_WORDS: Record<LedgerEntry['kind'], string> = {
  grant: 'Credits added',
  reserve: 'Reserved for a clip',
  settle: 'Clip made',
  refund: 'Came back',
}

/** What an entry is about. An administrator may also take back what was granted. */
export function describeEntry({ kind, amount }: Pick<LedgerEntry, 'kind' | 'amount'>): string {
  return kind === 'grant' && amount < 0 ? 'Credits taken back' : KIND_WORDS[kind]
}

function daysUntil(todayMs: number, oldest: string, daysMax: number): string[] {
  const days = [dayOf(new Date(todayMs).toISOString())]
  while (days.length < daysMax && (days[0] ?? '') > oldest) days.unshift(dayBefore(days[0] ?? ''))
  return days
}

function dayBefore(day: string): string {
  const noon = noonOf(day)
  noon.setDate(noon.getDate() - 1)
  return dayOf(noon.toISOString())
}

/** Noon, as clocks are never set forward or back over it. */
function noonOf(day: string): Date {
  return new Date(`${day}T12:00:00`)
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
