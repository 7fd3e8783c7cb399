import { useQuery } from '@tanstack/react-query'
import { useSearch } from 'wouter'
import { queryKeys } from '../../api/queryKeys.ts'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { useTitle } from '../../ui/useTitle.ts'
import { listQueues } from './calls.ts'
import { JobsOfQueue } from './JobsOfQueue.tsx'
import { QueueTable } from './QueueTable.tsx'
import { stateOf } from './queueWords.ts'
import './admin.css'

/** How often the queues are looked at while somebody looks at them; not while the page is hidden. */
const REFRESH_MS = 3_000

export default function QueuePage() {
  useTitle('Queues')
  const wanted = new URLSearchParams(useSearch())
  const { data, error, isPending, refetch } = useQuery({
    queryKey: queryKeys.queues,
    queryFn: listQueues,
    refetchInterval: REFRESH_MS,
  })
  const queues = data?.queues ?? []
  const queue = queues.find(({ name }) => name === wanted.get('queue')) ?? queues[0]
  return (
    <main className="page admin" id="content" aria-busy={isPending}>
      <h1>Queues</h1>
      {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {queue !== undefined && (
        <>
          <QueueTable queues={queues} shown={queue.name} />
          <JobsOfQueue queue={queue} state={stateOf(wanted.get('state'))} />
        </>
      )}
    </main>
  )
}
