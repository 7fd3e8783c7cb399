import { formatCount } from '../../ui/format.ts'
import { describeDayShortly, formatShort, type DaySpending } from './ledger.ts'

interface SpendingChartProps {
  days: DaySpending[]
  /** What the bars were counted from. */
  caption: string
}

/** A bar for each day, with its value on it, so that nothing has to be pointed at. */
export function SpendingChart({ days, caption }: SpendingChartProps) {
  const most = Math.max(1, ...days.map(({ credits }) => credits))
  return (
    <figure className="spending">
      <figcaption>
        <h2>Spent by day</h2>
        <p className="small quiet">{caption}</p>
      </figcaption>
      <ol className="spending-bars">
        {days.map(({ day, credits }) => (
          <li key={day}>
            <span className="spending-value figures" aria-hidden="true">
              {credits > 0 ? formatShort(credits) : ''}
            </span>
            <span className="spending-bar" style={{ height: `${(Math.max(0, credits) / most) * 96}px` }} />
            <span className="spending-day" aria-hidden="true">
              {describeDayShortly(day)}
            </span>
            <span className="visually-hidden">
              {describeDayShortly(day)}: {formatCount(credits)} credits
            </span>
          </li>
        ))}
      </ol>
    </figure>
  )
}
