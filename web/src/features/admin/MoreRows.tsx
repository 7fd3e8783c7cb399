import { Button } from '../../ui/Button.tsx'

interface MoreRowsProps {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
  words: string
}

/** The next page of a table, where there is one. */
export function MoreRows({ query, words }: MoreRowsProps) {
  if (!query.hasNextPage) return null
  return (
    <div className="row">
      <Button
        isPending={query.isFetchingNextPage}
        pendingWords="Loading"
        onClick={() => query.fetchNextPage()}
      >
        {words}
      </Button>
    </div>
  )
}
