import { useState, type ReactNode } from 'react'
import type { GenerationStatus } from '../../api/model.ts'
import { formatClock, formatLength, formatOrdinal } from '../../ui/format.ts'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import { Words } from '../../ui/Words.tsx'
import { useNow } from '../../ui/useNow.ts'
import { isFinal } from './mergeLive.ts'
import { adviseOnFailure, announceProgress, describeProgress } from './progressWords.ts'
import { estimateRemaining, type WatchStart } from './remaining.ts'

interface GenerationProgressProps {
  status: GenerationStatus
  /** When it was asked for. */
  startedAt: string
  /** What can be done about it now. */
  children: ReactNode
}

/** A generation under way: a real bar, its stage in words, elapsed and remaining time. A finished one needs no bar. */
export function GenerationProgress({ status, startedAt, children }: GenerationProgressProps) {
  const isRunning = !isFinal(status.status)
  const nowMs = useNow(isRunning)
  const elapsed = (nowMs - Date.parse(startedAt)) / 1000
  const [watch, setWatch] = useState<WatchStart>()
  // Set while rendering, as the first state that is seen running is the one to count from.
  if (watch === undefined && status.status === 'processing')
    setWatch({ progress: status.progress, atMs: nowMs })
  const isMoving = watch !== undefined && status.status === 'processing'
  const remaining = isMoving ? estimateRemaining(watch, status.progress, nowMs) : undefined
  return (
    <div className="progress">
      <Sign status={status} />
      {isRunning && (
        <ProgressBar
          percent={status.status === 'queued' ? undefined : status.progress}
          label="Clip progress"
        />
      )}
      {isFinal(status.status) && <StateMark state={status.status} />}
      <p className="progress-words" aria-hidden={isRunning}>
        <Words>{describeProgress(status)}</Words>
      </p>
      {isRunning && (
        <p className="quiet small">
          <span className="visually-hidden">Elapsed: </span>
          <span className="figures">{formatClock(elapsed)}</span>
          {remaining !== undefined && <span> · about {formatLength(remaining)} left</span>}
        </p>
      )}
      {status.status === 'failed' && <p className="quiet small">{adviseOnFailure(status.error)}</p>}
      {children}
    </div>
  )
}

/** What is read aloud. It stands in one place from the start, or nobody would hear its changes. */
export function ProgressNews({ status }: { status: GenerationStatus }) {
  return (
    <p className="visually-hidden" role="status">
      {announceProgress(status)}
    </p>
  )
}

/** How far it is, readable from across the room. */
function Sign({ status: { status, progress, queuePosition } }: { status: GenerationStatus }) {
  if (status !== 'processing' && status !== 'queued') return null
  const place = queuePosition === undefined ? '…' : formatOrdinal(Math.max(1, queuePosition))
  return (
    <p className="progress-figure figures" aria-hidden="true">
      {status === 'processing' ? <>{progress}&#8239;%</> : place}
    </p>
  )
}
