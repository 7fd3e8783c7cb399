import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Job, Scene } from '../../api/model.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { toSentence } from '../../ui/sentence.ts'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { isJobFinal, startExport, type ExportFormat } from './calls.ts'
import { useJob } from './useJob.ts'
import './exports.css'

interface ExportPanelProps {
  projectId: string
  scenes: Scene[]
}

export function ExportPanel({ projectId, scenes }: ExportPanelProps) {
  const ready = scenes.filter(hasClip).length
  return (
    <section className="exports" aria-labelledby="exports-title">
      <h2 id="exports-title">Export</h2>
      <p className="quiet">{describeReady(ready, scenes.length)}</p>
      <div className="exports-rows">
        <ExportRow
          projectId={projectId}
          format="film"
          words="The chosen clip of each scene, in order, as one film."
          startWords="Export film"
          resultWords="Download film"
          isPossible={ready > 0}
        />
        <ExportRow
          projectId={projectId}
          format="storyboard"
          words="A sheet with a picture and the prompt of each scene."
          startWords="Export storyboard"
          resultWords="Download storyboard"
          isPossible
        />
      </div>
    </section>
  )
}

interface ExportRowProps {
  projectId: string
  format: ExportFormat
  words: string
  startWords: string
  resultWords: string
  isPossible: boolean
}

function ExportRow({ projectId, format, words, startWords, resultWords, isPossible }: ExportRowProps) {
  const [jobId, setJobId] = useRememberedJob(projectId, format)
  const job = useJob(jobId)
  const [crossfade, setCrossfade] = useState(0)
  const start = useMutation({
    mutationFn: () =>
      startExport(projectId, crossfade > 0 ? { format, crossfadeSeconds: crossfade } : { format }),
    onSuccess: (accepted) => setJobId(accepted.jobId),
  })
  const isRunning = jobId !== undefined && job.error === null && !(job.data && isJobFinal(job.data.status))
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
        {job.data?.result?.url !== undefined && (
          <a className="button plain" href={job.data.result.url} download>
            <Icon name="download" />
            {resultWords}
          </a>
        )}
      </div>
      {!isPossible && <p className="field-note">Generate a clip for at least one scene first.</p>}
      <div role="status">{isRunning && <JobProgress job={job.data} label={startWords} />}</div>
      {start.error !== null && <ErrorNotice error={start.error} />}
      {job.error !== null && <ErrorNotice error={job.error} />}
      {job.data !== undefined && <JobFailure job={job.data} />}
    </div>
  )
}

const CROSSFADES = [
  { seconds: 0, words: 'Hard cuts' },
  { seconds: 0.5, words: 'Cross-fade, 0.5 s' },
  { seconds: 1, words: 'Cross-fade, 1 s' },
]

function CrossfadeField({ value, onChange }: { value: number; onChange: (seconds: number) => void }) {
  return (
    <>
      <label className="visually-hidden" htmlFor="export-crossfade">
        Between scenes
      </label>
      <select
        id="export-crossfade"
        className="input export-crossfade"
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
      >
        {CROSSFADES.map(({ seconds, words }) => (
          <option key={seconds} value={seconds}>
            {words}
          </option>
        ))}
      </select>
    </>
  )
}

function JobProgress({ job, label }: { job: Job | undefined; label: string }) {
  const isWaiting = job === undefined || job.status === 'queued'
  return (
    <>
      <ProgressBar percent={isWaiting ? undefined : job.progress} label={label} />
      <p className="small quiet">
        {isWaiting ? 'Waiting for a free place.' : `Exporting, ${job.progress} of 100`}
      </p>
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

function describeReady(ready: number, total: number): string {
  if (ready === 0) return 'No scene has a clip yet.'
  if (ready === total) return 'Every scene has a clip.'
  return `${ready} of ${total} scenes ${ready === 1 ? 'has' : 'have'} a clip.`
}

function hasClip(scene: Scene): boolean {
  return scene.selectedGenerationId !== null || scene.latestGeneration?.status === 'completed'
}

/** The project's last export of a format, kept for this tab, so that going away and back loses nothing. */
function useRememberedJob(projectId: string, format: ExportFormat) {
  const key = `vitascope.export.${projectId}.${format}`
  const [jobId, setJobId] = useState(() => window.sessionStorage.getItem(key) ?? undefined)
  const remember = (id: string) => {
    window.sessionStorage.setItem(key, id)
    setJobId(id)
  }
  return [jobId, remember] as const
}
