import { useState, type ReactNode } from 'react'
import type { GenerationStatus } from '../../api/model.ts'
import { formatClock, formatLength } from '../../ui/format.ts'
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
    <>
      <p className="visually-hidden" role="status">
        {announceProgress(status)}
      </p>
      {status.status !== 'completed' && (
        <div className="progress">
          {isRunning && (
            <ProgressBar
              percent={status.status === 'queued' ? undefined : status.progress}
              label="Clip progress"
            />
          )}
          <div className="progress-words">
            {isFinal(status.status) && <StateMark state={status.status} />}
            <p aria-hidden="true">
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
        </div>
      )}
    </>
  )
}
