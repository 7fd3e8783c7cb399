import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useWindowVirtualizer, type Range, type VirtualItem } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import { ErrorNotice } from './Notice.tsx'
import { rememberHeights, recallHeights } from './listHeights.ts'

interface VirtualListProps<Item, Page> {
  /** What the list holds, for those who hear it. */
  label: string
  /** Under which its heights are kept for when one comes back; the query's key as text does. */
  memoryKey: string
  query: UseInfiniteQueryResult<InfiniteData<Page>>
  itemsOf: (page: Page) => readonly Item[]
  keyOf: (item: Item) => string
  /** Of a usual row, in pixels: what is reserved until the row itself is measured. */
  estimatedHeight: number
  /** Between rows, in pixels. */
  gap?: number
  renderItem: (item: Item, index: number) => ReactNode
  /** Shown instead of the list when there is nothing. */
  empty: ReactNode
}

/** Most rows that are in the document at a time, however high the window and however low the rows. */
export const ROWS_MAX = 60

/** Rows kept ready above and below the window. */
const OVERSCAN = 4

/** How near its end the list asks for its next page, in rows. */
const NEXT_PAGE_ROWS = 6

/** Rows held free while the first page is on its way, and while a next one is. */
const WAITING_ROWS_FIRST = 5
const WAITING_ROWS_NEXT = 2

/**
 * A list of any length, page by page, of which only the rows in sight are in the document. Rows may have any height. The
 * window scrolls it, so that it is part of its page like everything else.
 */
export function VirtualList<Item, Page>(props: VirtualListProps<Item, Page>) {
  const { label, memoryKey, query, itemsOf, keyOf, estimatedHeight, gap = 0, renderItem, empty } = props
  const items = query.data?.pages.flatMap(itemsOf) ?? []
  const { list, margin } = useListMargin()
  const waiting = waitingRows(query)

  const virtualizer = useWindowVirtualizer<HTMLLIElement>({
    count: items.length + waiting,
    estimateSize: () => estimatedHeight,
    getItemKey: (index) => keyAt(items, index, keyOf),
    gap,
    overscan: OVERSCAN,
    scrollMargin: margin,
    rangeExtractor: rowsOf,
    initialMeasurementsCache: recallHeights(memoryKey),
  })
  const rows = virtualizer.getVirtualItems()
  useNextPage(query, rows.at(-1)?.index ?? -1, items.length)

  const measured = useRef<VirtualItem[]>([])
  useEffect(() => {
    measured.current = virtualizer.measurementsCache
  })
  useEffect(() => () => rememberHeights(memoryKey, measured.current), [memoryKey])

  if (query.isError && query.data === undefined)
    return <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />
  if (query.data !== undefined && items.length === 0) return empty
  return (
    <>
      <ul
        ref={list}
        className="virtual-list"
        aria-label={label}
        aria-busy={query.isPending || query.isFetchingNextPage}
        style={{ height: virtualizer.getTotalSize() }}
      >
        {rows.map((row) => {
          const item = items[row.index]
          const place = { transform: `translateY(${row.start - margin}px)` }
          return item === undefined ? (
            <li
              key={row.key}
              className="virtual-row virtual-waiting"
              aria-hidden="true"
              style={{ ...place, height: row.size }}
            />
          ) : (
            <li
              key={row.key}
              ref={virtualizer.measureElement}
              data-index={row.index}
              className="virtual-row"
              aria-posinset={row.index + 1}
              aria-setsize={query.hasNextPage ? -1 : items.length}
              style={place}
            >
              {renderItem(item, row.index)}
            </li>
          )
        })}
      </ul>
      {query.isFetchNextPageError && (
        <ErrorNotice error={query.error} onRetry={() => void query.fetchNextPage()} />
      )}
      {query.isRefetchError && <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />}
    </>
  )
}

/** The list's distance from the top of the document, which changes with what stands above it. */
function useListMargin() {
  const list = useRef<HTMLUListElement>(null)
  const [margin, setMargin] = useState(0)
  // Whatever is rendered may have moved the list; the same margin again ends it.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  useLayoutEffect(() => {
    if (list.current === null) return
    const top = Math.round(list.current.getBoundingClientRect().top + window.scrollY)
    setMargin(top)
  })
  return { list, margin }
}

function useNextPage(
  query: Pick<
    UseInfiniteQueryResult,
    'hasNextPage' | 'isFetching' | 'isFetchNextPageError' | 'fetchNextPage'
  >,
  lastShown: number,
  count: number,
): void {
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query
  // After a failure the reader decides, or a server in trouble would be asked again and again.
  const isWanted = hasNextPage && !isFetching && !isFetchNextPageError && lastShown >= count - NEXT_PAGE_ROWS
  useEffect(() => {
    if (isWanted) void fetchNextPage()
  }, [isWanted, fetchNextPage])
}

function waitingRows({
  isPending,
  hasNextPage,
  isFetchNextPageError,
}: Pick<UseInfiniteQueryResult, 'isPending' | 'hasNextPage' | 'isFetchNextPageError'>): number {
  if (isPending) return WAITING_ROWS_FIRST
  return hasNextPage && !isFetchNextPageError ? WAITING_ROWS_NEXT : 0
}

function keyAt<Item>(items: readonly Item[], index: number, keyOf: (item: Item) => string): string {
  const item = items[index]
  return item === undefined ? `waiting ${index - items.length}` : keyOf(item)
}

/** The rows in sight with those kept ready, never more than the most. */
export function rowsOf({ startIndex, endIndex, overscan, count }: Range): number[] {
  const first = Math.max(0, startIndex - overscan)
  const last = Math.min(count - 1, endIndex + overscan, first + ROWS_MAX - 1)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, step) => first + step)
}
