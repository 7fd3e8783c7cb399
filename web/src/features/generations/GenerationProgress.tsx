import type { ReactNode } from 'react'
import type { GenerationStatus } from '../../api/model.ts'
import { formatClock, formatLength } from '../../ui/format.ts'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import { Words } from '../../ui/Words.tsx'
import { useNow } from '../../ui/useNow.ts'
import { isFinal } from './mergeLive.ts'
import { announceProgress, describeProgress } from './progressWords.ts'
import { estimateRemaining } from './remaining.ts'

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
  const remaining = status.status === 'processing' ? estimateRemaining(status.progress, elapsed) : undefined
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
                <span className="figures" aria-label="Elapsed time">
                  {formatClock(elapsed)}
                </span>
                {remaining !== undefined && <span> · about {formatLength(remaining)} left</span>}
              </p>
            )}
            {children}
          </div>
        </div>
      )}
    </>
  )
}
