import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode, type SubmitEvent } from 'react'
import type { AdminJobDetail } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { Button } from '../../ui/Button.tsx'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { TimeAgo } from '../../ui/TimeAgo.tsx'
import { useNow } from '../../ui/useNow.ts'
import { inspectJob } from './calls.ts'
import { JobAct } from './JobAct.tsx'
import { actsOn, describeDuration, describeOutcome, runTime } from './queueWords.ts'
import { useJobActs } from './useJobActs.ts'

const REFRESH_MS = 3_000

/** All that is known of a job, moving while it moves. */
export function JobDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, refetch } = useQuery({
    queryKey: queryKeys.adminJob(id),
    queryFn: () => inspectJob(id),
    refetchInterval: REFRESH_MS,
  })
  return (
    <Dialog title={`Job ${id}`} size="wide" onClose={onClose}>
      {error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined ? (
        <p className="quiet">{error === null && 'Fetching the job'}</p>
      ) : (
        <Job job={data} />
      )}
    </Dialog>
  )
}

function Job({ job }: { job: AdminJobDetail }) {
  const nowMs = useNow(job.endedAt === null)
  return (
    <div className="job">
      <dl className="job-facts">
        <Fact title="State">{job.status}</Fact>
        <Fact title="Kind">{job.kind.replaceAll('_', ' ')}</Fact>
        <Fact title="Queue">{job.queue}</Fact>
        <Fact title="Priority">{job.priority}</Fact>
        <Fact title="Progress">
          {job.progress}&#8239;% {job.stage?.replaceAll('_', ' ')}
        </Fact>
        <Fact title="Attempts">
          {job.attempts} of {job.attemptsMax}
        </Fact>
        <Fact title="Workers lost">{job.lostLeases}</Fact>
        <Fact title="Ran">{runTime(job, nowMs)}</Fact>
        <Fact title="Asked for">
          <TimeAgo time={job.createdAt} />
        </Fact>
        <Fact title="Owner">{job.ownerId ?? 'the installation'}</Fact>
      </dl>
      {job.error !== null && (
        <p className="notice">
          <code>{job.error.code}</code> {job.error.message}
        </p>
      )}
      <div className="row">
        <JobAct job={job} />
      </div>
      {actsOn(job).canMove && <PriorityForm key={job.priority} job={job} />}
      {job.attemptHistory.length > 0 && (
        <DataTable
          caption="Attempts"
          columns={ATTEMPTS}
          rows={job.attemptHistory}
          keyOf={({ startedAt }) => startedAt}
        />
      )}
      {job.steps.length > 0 && (
        <p className="small">
          <span className="quiet">Steps that are done:</span> {job.steps.map(({ name }) => name).join(', ')}
        </p>
      )}
      <Json title="What it has to know" value={job.payload} />
      {job.result !== null && <Json title="What it resulted in" value={job.result} />}
    </div>
  )
}

const ATTEMPTS: Column<AdminJobDetail['attemptHistory'][number]>[] = [
  { title: 'Attempt', cell: ({ startedAt }) => <TimeAgo time={startedAt} /> },
  {
    title: 'Took',
    isFigure: true,
    cell: ({ startedAt, endedAt }) =>
      endedAt === null ? '–' : describeDuration((Date.parse(endedAt) - Date.parse(startedAt)) / 1000),
  },
  { title: 'Outcome', cell: ({ outcome }) => describeOutcome(outcome) },
  { title: 'Failure', cell: ({ error }) => (error === null ? '–' : `${error.code}: ${error.message}`) },
]

function Fact({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd className="figures">{children}</dd>
    </div>
  )
}

function Json({ title, value }: { title: string; value: unknown }) {
  return (
    <details>
      <summary>{title}</summary>
      <pre className="job-json" tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </details>
  )
}

/** The contract's bounds of a priority. */
const PRIORITY_MAX = 100

function PriorityForm({ job }: { job: AdminJobDetail }) {
  const [priority, setPriority] = useState(String(job.priority))
  const { move } = useJobActs(job.id)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    move.mutate(Number(priority))
  }
  return (
    <form className="job-priority" onSubmit={submit}>
      <TextField
        label="Priority"
        type="number"
        required
        min={-PRIORITY_MAX}
        max={PRIORITY_MAX}
        step={1}
        value={priority}
        onChange={(event) => setPriority(event.target.value)}
      />
      <Button type="submit" isPending={move.isPending} pendingWords="Setting">
        Set priority
      </Button>
      <p className="field-note">A higher one goes first; jobs begin with 0.</p>
      {move.error !== null && <ErrorNotice error={move.error} />}
    </form>
  )
}
