import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { Queue } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { Button } from '../../ui/Button.tsx'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { formatLength } from '../../ui/format.ts'
import { Icon } from '../../ui/Icon.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { useNow } from '../../ui/useNow.ts'
import { pauseQueue, resumeQueue } from './calls.ts'
import { describeCount, describeDuration, oldestWait, ratePerMinute } from './queueWords.ts'

interface QueueTableProps {
  queues: Queue[]
  /** The one whose jobs are below. */
  shown: string
}

export function QueueTable({ queues, shown }: QueueTableProps) {
  const nowMs = useNow(true)
  return (
    <DataTable caption="Queues" columns={columns(shown, nowMs)} rows={queues} keyOf={({ name }) => name} />
  )
}

function columns(shown: string, nowMs: number): Column<Queue>[] {
  return [
    {
      title: 'Queue',
      cell: ({ name }) => (
        <Link
          href={`/admin/queue?queue=${name}`}
          className="queue-name"
          aria-current={name === shown ? 'true' : undefined}
        >
          {name}
        </Link>
      ),
    },
    { title: 'State', cell: (queue) => <QueueMark queue={queue} /> },
    { title: 'Waiting', isFigure: true, cell: ({ counts }) => describeCount(counts.queued) },
    {
      title: 'Running',
      isFigure: true,
      cell: ({ counts, concurrency }) => `${describeCount(counts.running)} of ${concurrency}`,
    },
    { title: 'Oldest waits', isFigure: true, cell: (queue) => oldestWait(queue, nowMs) },
    {
      title: 'A new one waits',
      isFigure: true,
      cell: ({ estimatedWaitSeconds: wait }) => (wait === null ? '–' : wait < 1 ? '0 s' : formatLength(wait)),
    },
    {
      title: 'A job takes',
      isFigure: true,
      cell: ({ meanDurationSeconds }) => describeDuration(meanDurationSeconds),
    },
    { title: 'Most a minute', isFigure: true, cell: ratePerMinute },
    { title: 'Dead letters', isFigure: true, cell: (queue) => <GivenUp queue={queue} /> },
    { title: 'Act', cell: (queue) => <PauseButton queue={queue} /> },
  ]
}

function QueueMark({ queue: { paused, counts } }: { queue: Queue }) {
  if (paused) {
    return (
      <span className="mark waiting">
        <Icon name="stopped" />
        Paused
      </span>
    )
  }
  const isBusy = counts.running > 0
  return (
    <span className={isBusy ? 'mark working' : 'mark done'}>
      <Icon name={isBusy ? 'working' : 'done'} />
      {isBusy ? 'Working' : 'Ready'}
    </span>
  )
}

function GivenUp({ queue: { name, counts } }: { queue: Queue }) {
  if (counts.dead === 0) return '0'
  return (
    <Link href={`/admin/queue?queue=${name}&state=dead`}>
      {describeCount(counts.dead)}
      <span className="visually-hidden"> dead letters of {name}</span>
    </Link>
  )
}

function PauseButton({ queue: { name, paused } }: { queue: Queue }) {
  const queryClient = useQueryClient()
  const act = useMutation({
    mutationFn: () => (paused ? resumeQueue(name) : pauseQueue(name)),
    // The answer has the queue as it is now; the table need not wait for its next look.
    onSuccess: (changed) => {
      queryClient.setQueryData<{ queues: Queue[] }>(
        queryKeys.queues,
        (data) =>
          data && { queues: data.queues.map((known) => (known.name === changed.name ? changed : known)) },
      )
      void queryClient.invalidateQueries({ queryKey: queryKeys.audit })
    },
  })
  return (
    <>
      <Button
        tone="plain"
        icon={paused ? 'play' : 'stopped'}
        isPending={act.isPending}
        pendingWords={paused ? 'Resuming' : 'Pausing'}
        onClick={() => act.mutate()}
      >
        {paused ? 'Resume' : 'Pause'}
        <span className="visually-hidden"> {name}</span>
      </Button>
      {act.error !== null && <ErrorNotice error={act.error} />}
    </>
  )
}
