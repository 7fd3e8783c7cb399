/** Figures and times as words. Pure: what depends on "now" is given it. */

const WHOLE = new Intl.NumberFormat('en', { useGrouping: true, maximumFractionDigits: 0 })

/** `12 400`: groups split by a narrow space, which every reader knows, whatever their comma means. */
export function formatCount(value: number): string {
  return WHOLE.format(value).replaceAll(',', '\u202f')
}

/** `0:07`, `1:02:09`: a running clock. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor(whole / 60) % 60
  const tail = pad(whole % 60)
  return hours > 0 ? `${hours}:${pad(minutes)}:${tail}` : `${minutes}:${tail}`
}

/** `40 s`, `3 min`: a length as one says it. */
export function formatLength(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3600)} h`
}

export function formatOrdinal(place: number): string {
  const tens = place % 100
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th')
  return `${place}${suffix}`
}

/** `just now`, `5 min ago`, then the day. */
export function formatWhen(iso: string, nowMs: number): string {
  const thenMs = Date.parse(iso)
  if (Number.isNaN(thenMs)) return ''
  const seconds = (nowMs - thenMs) / 1000
  if (seconds < 60) return 'just now'
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  return new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' }).format(thenMs)
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
