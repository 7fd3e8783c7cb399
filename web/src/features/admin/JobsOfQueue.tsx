import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AdminJob, JobStatus, Queue } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { Tabs } from '../../ui/Tabs.tsx'
import { TimeAgo } from '../../ui/TimeAgo.tsx'
import { useNow } from '../../ui/useNow.ts'
import { listQueueJobs } from './calls.ts'
import { JobAct } from './JobAct.tsx'
import { JobDialog } from './JobDialog.tsx'
import { MoreRows } from './MoreRows.tsx'
import { describeCount, runTime, STATES } from './queueWords.ts'

const REFRESH_MS = 3_000

interface JobsOfQueueProps {
  queue: Queue
  state: JobStatus
}

export function JobsOfQueue({ queue, state }: JobsOfQueueProps) {
  const { name, counts } = queue
  const [inspected, setInspected] = useState<string>()
  const query = useInfiniteQuery({
    queryKey: queryKeys.queueJobs(name, state),
    queryFn: ({ pageParam }) => listQueueJobs(name, state, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    // Whoever has opened more pages is reading them.
    refetchInterval: ({ state: { data } }) =>
      data === undefined || data.pages.length === 1 ? REFRESH_MS : false,
  })
  const nowMs = useNow(state === 'running')
  const jobs = query.data?.pages.flatMap((page) => page.jobs) ?? []
  const addressOf = (other: JobStatus) => `/admin/queue?queue=${name}&state=${other}`
  return (
    <div className="jobs" aria-busy={query.isPending}>
      <h2>Jobs of {name}</h2>
      <Tabs
        label="Jobs by state"
        tabs={STATES.map(({ state: other, words }) => ({
          href: addressOf(other),
          words: `${words} ${describeCount(counts[other])}`,
        }))}
        current={addressOf(state)}
      />
      {query.error !== null && <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />}
      {query.data !== undefined && jobs.length === 0 && <p className="quiet">{describeNone(state)}</p>}
      {jobs.length > 0 && (
        <DataTable
          caption={`Jobs of ${name}`}
          columns={columns(state, nowMs, setInspected)}
          rows={jobs}
          keyOf={({ id }) => id}
        />
      )}
      <MoreRows query={query} words="Show more jobs" />
      {inspected !== undefined && <JobDialog id={inspected} onClose={() => setInspected(undefined)} />}
    </div>
  )
}

function columns(state: JobStatus, nowMs: number, inspect: (id: string) => void): Column<AdminJob>[] {
  const isOver = state !== 'queued' && state !== 'running'
  return [
    {
      title: 'Job',
      cell: ({ id }) => (
        <button type="button" className="job-id figures" onClick={() => inspect(id)}>
          <span className="visually-hidden">Inspect </span>
          {id}
        </button>
      ),
    },
    { title: 'Kind', cell: ({ kind }) => kind.replaceAll('_', ' ') },
    {
      title: 'Owner',
      cell: ({ ownerId }) => <span className="figures quiet">{ownerId ?? 'the installation'}</span>,
    },
    ...(state === 'queued'
      ? [{ title: 'Priority', isFigure: true, cell: ({ priority }: AdminJob) => priority }]
      : [{ title: 'Progress', isFigure: true, cell: ({ progress }: AdminJob) => `${progress}\u202f%` }]),
    {
      title: 'Attempts',
      isFigure: true,
      cell: ({ attempts, attemptsMax }) => `${attempts} of ${attemptsMax}`,
    },
    ...(state === 'queued'
      ? [{ title: 'Due', cell: ({ runAt }: AdminJob) => <DueAt runAt={runAt} nowMs={nowMs} /> }]
      : [{ title: 'Ran', isFigure: true, cell: (job: AdminJob) => runTime(job, nowMs) }]),
    { title: 'Asked for', cell: ({ createdAt }) => <TimeAgo time={createdAt} /> },
    ...(isOver || state === 'queued'
      ? [{ title: 'Last failure', cell: ({ error }: AdminJob) => <Failure error={error} /> }]
      : [{ title: 'Stage', cell: ({ stage }: AdminJob) => stage?.replaceAll('_', ' ') ?? '–' }]),
    { title: 'Act', cell: (job) => <JobAct job={job} /> },
  ]
}

function DueAt({ runAt, nowMs }: { runAt: string; nowMs: number }) {
  const seconds = Math.ceil((Date.parse(runAt) - nowMs) / 1000)
  return seconds > 0 ? `in ${seconds} s` : 'now'
}

function Failure({ error }: Pick<AdminJob, 'error'>) {
  if (error === null) return '–'
  return (
    <span className="job-error" title={error.message}>
      <code>{error.code}</code> {error.message}
    </span>
  )
}

function describeNone(state: JobStatus): string {
  switch (state) {
    case 'queued':
      return 'Nothing waits.'
    case 'running':
      return 'Nothing runs.'
    case 'dead':
      return 'No dead letter. A job becomes one when its last attempt has failed.'
    case 'failed':
      return 'Nothing has failed. Jobs that can’t succeed end here without further attempts.'
    case 'completed':
      return 'Nothing that is still kept has completed.'
    case 'cancelled':
      return 'Nothing that is still kept was called off.'
  }
}
