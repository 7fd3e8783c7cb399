import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Job, Scene } from '../../api/model.ts'
import { Problem } from '../../api/problem.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { toSentence } from '../../ui/sentence.ts'
import { isJobFinal, startExport, type ExportFormat } from './calls.ts'
import { CrossfadeField } from './CrossfadeField.tsx'
import { ExportResult } from './ExportResult.tsx'
import { describeJob, isOutdated } from './exportState.ts'
import { useJob } from './useJob.ts'
import { useRememberedJob } from './useRememberedJob.ts'

interface ExportRowProps {
  projectId: string
  scenes: Scene[]
  format: ExportFormat
  words: string
  startWords: string
  resultWords: string
  isPossible: boolean
}

/** One kind of export: asked for, watched, and looked at. */
export function ExportRow(props: ExportRowProps) {
  const { projectId, scenes, format, words, startWords, resultWords, isPossible } = props
  const [jobId, setJobId] = useRememberedJob(projectId, format)
  const job = useJob(jobId)
  const [crossfade, setCrossfade] = useState(0)
  const start = useMutation({
    mutationFn: () =>
      startExport(projectId, crossfade > 0 ? { format, crossfadeSeconds: crossfade } : { format }),
    onSuccess: (accepted) => setJobId(accepted.jobId),
  })
  const isRunning = jobId !== undefined && job.error === null && !(job.data && isJobFinal(job.data.status))
  const isForgotten = job.error instanceof Problem && job.error.status === 404
  const url = job.data?.result?.url
  return (
    <div className="export-row">
      <p>{words}</p>
      <div className="row">
        {format === 'film' && <CrossfadeField value={crossfade} onChange={setCrossfade} />}
        <Button
          disabled={!isPossible || isRunning}
          isPending={start.isPending}
          pendingWords="Sending"
          onClick={() => start.mutate()}
        >
          {startWords}
        </Button>
        {url !== undefined && (
          <a className="button plain" href={url} download>
            <Icon name="download" />
            {resultWords}
          </a>
        )}
      </div>
      {!isPossible && <p className="field-note">Generate a clip for at least one scene first.</p>}
      <div role="status">{isRunning && <JobProgress job={job.data} label={startWords} />}</div>
      {start.error !== null && <ErrorNotice error={start.error} />}
      {job.error !== null && !isForgotten && (
        <ErrorNotice error={job.error} onRetry={() => void job.refetch()} />
      )}
      {job.data !== undefined && <JobFailure job={job.data} />}
      {url !== undefined && job.data !== undefined && (
        <ExportResult
          key={job.data.id}
          format={format}
          url={url}
          scenes={scenes}
          isOld={isOutdated(job.data, scenes)}
          onStale={() => void job.refetch()}
        />
      )}
    </div>
  )
}

function JobProgress({ job, label }: { job: Job | undefined; label: string }) {
  const isWaiting = job === undefined || job.status === 'queued'
  return (
    <>
      <ProgressBar percent={isWaiting ? undefined : job.progress} label={label} />
      <p className="small quiet export-words">{describeJob(job)}</p>
    </>
  )
}

function JobFailure({ job }: { job: Job }) {
  if (job.status !== 'failed' && job.status !== 'dead') return null
  return (
    <p className="mark failed export-failure" role="alert">
      <Icon name="failed" />
      {toSentence(job.error?.message ?? 'the export failed')} Nothing else was changed; you can export again.
    </p>
  )
}
