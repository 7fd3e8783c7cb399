import { formatWhen } from './format.ts'
import { useNow } from './useNow.ts'

const STEP_MS = 30_000

const EXACT = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'medium' })

/** `5 min ago`, moving on by itself; the exact time is its tooltip. */
export function TimeAgo({ time }: { time: string }) {
  const nowMs = useNow(true, STEP_MS)
  const at = new Date(time)
  const exact = Number.isNaN(at.getTime()) ? undefined : EXACT.format(at)
  return (
    <time dateTime={time} title={exact}>
      {formatWhen(time, nowMs)}
    </time>
  )
}
