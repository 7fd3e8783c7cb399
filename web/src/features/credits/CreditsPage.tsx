import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { LedgerEntry } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { Count } from '../../ui/Count.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { formatCount } from '../../ui/format.ts'
import { Icon, type IconName } from '../../ui/Icon.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { useNow } from '../../ui/useNow.ts'
import { useTitle } from '../../ui/useTitle.ts'
import { VirtualList } from '../../ui/VirtualList.tsx'
import { findDashboard } from '../accounts/calls.ts'
import { listLedger } from './calls.ts'
import { dayOf, describeDay, describeDayShortly, describeEntry, spendingByDay, startsDay } from './ledger.ts'
import { SpendingChart } from './SpendingChart.tsx'
import './credits.css'

const CHART_DAYS_MAX = 14

export default function CreditsPage() {
  useTitle('Credits')
  const ledger = useInfiniteQuery({
    queryKey: queryKeys.ledger,
    queryFn: ({ pageParam }) => listLedger(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
  const nowMs = useNow(true, 30_000)
  const entries = ledger.data?.pages.flatMap((page) => page.entries) ?? []
  const days = spendingByDay(entries, {
    todayMs: nowMs,
    daysMax: CHART_DAYS_MAX,
    isWhole: !ledger.hasNextPage,
  })
  const hasSpent = days.some(({ credits }) => credits > 0)
  return (
    <main className="page credits" id="content" aria-busy={ledger.isPending}>
      <div className="credits-head">
        <div className="credits-now">
          <h1>Credits</h1>
          <Balance />
        </div>
        {hasSpent && <SpendingChart days={days} caption={describeCover(entries, ledger.hasNextPage)} />}
      </div>
      <section className="credits-ledger" aria-labelledby="ledger-title">
        <h2 id="ledger-title">Ledger</h2>
        <VirtualList
          label="Ledger"
          memoryKey="ledger"
          query={ledger}
          itemsOf={(page) => page.entries}
          keyOf={(entry) => entry.id}
          estimatedHeight={45}
          renderItem={(entry, index) => (
            <>
              {startsDay(entry, entries[index - 1]) && (
                <h3 className="ledger-day">{describeDay(dayOf(entry.createdAt), nowMs)}</h3>
              )}
              <Entry entry={entry} />
            </>
          )}
          empty={
            <EmptyState
              action={
                <Link href="/projects" className="button">
                  To your projects
                </Link>
              }
            >
              Nothing was booked yet. When a clip is asked for, its credits are reserved here; when it fails
              or is cancelled, they come back.
            </EmptyState>
          }
        />
      </section>
    </main>
  )
}

function Balance() {
  const { data, error, refetch } = useQuery({ queryKey: queryKeys.dashboard, queryFn: findDashboard })
  if (error !== null) return <ErrorNotice error={error} onRetry={() => void refetch()} />
  return (
    <>
      <p className="credits-balance">
        <span className="figures">{data === undefined ? '…' : formatCount(data.credits.balance)}</span> to
        spend
      </p>
      <p className="quiet">
        {data === undefined || data.credits.reserved === 0 ? (
          'Nothing is reserved: no clip is being made.'
        ) : (
          <>
            <Count of="more credit">{data.credits.reserved}</Count> reserved for clips that are being made.
            They are spent when a clip is ready, and come back otherwise.
          </>
        )}
      </p>
    </>
  )
}

function describeCover(entries: readonly LedgerEntry[], hasMore: boolean): string {
  const oldest = entries.at(-1)
  const since = oldest === undefined ? '' : describeDayShortly(dayOf(oldest.createdAt))
  const words = `What clips cost, by the day they were asked for. What came back is not counted.`
  return hasMore ? `${words} From the latest ${formatCount(entries.length)} entries, since ${since}.` : words
}

const KIND_ICONS: Record<LedgerEntry['kind'], IconName> = {
  grant: 'plus',
  reserve: 'waiting',
  settle: 'done',
  refund: 'retry',
}

function Entry({ entry }: { entry: LedgerEntry }) {
  const { kind, amount, balanceAfter, generationId, createdAt } = entry
  return (
    <div className="ledger-entry">
      <time className="figures quiet" dateTime={createdAt}>
        {CLOCK.format(Date.parse(createdAt))}
      </time>
      <span className={kind === 'settle' ? 'mark done' : 'mark none'}>
        <Icon name={KIND_ICONS[kind]} />
        {describeEntry(entry)}
      </span>
      <span className="ledger-link">
        {generationId !== null && (
          <Link href={`/generations/${generationId}`}>
            Show the scene<span className="visually-hidden"> of {generationId}</span>
          </Link>
        )}
      </span>
      <span className={amount > 0 ? 'ledger-amount figures ledger-in' : 'ledger-amount figures'}>
        {describeAmount(amount)}
      </span>
      <span className="ledger-after figures quiet">
        <span className="visually-hidden">Balance after: </span>
        {formatCount(balanceAfter)}
      </span>
    </div>
  )
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

function describeAmount(amount: number): string {
  if (amount === 0) return '0'
  return amount > 0 ? `+${formatCount(amount)}` : `\u2212${formatCount(-amount)}`
}
