import type { GenerationBrief } from '../../api/model.ts'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { Words } from '../../ui/Words.tsx'
import { announceProgress, describeProgress } from '../generations/progressWords.ts'
import { useGenerationStatus } from '../generations/useGenerationStatus.ts'

/** How far the clip is that the strip waits for. */
export function RunningScene({ generation }: { generation: GenerationBrief }) {
  const status = useGenerationStatus(generation)
  return (
    <div className="continue-progress">
      <p className="visually-hidden" role="status">
        {announceProgress(status)}
      </p>
      <ProgressBar
        percent={status.status === 'queued' ? undefined : status.progress}
        label="Progress of the clip"
      />
      <p className="small" aria-hidden="true">
        <Words>{describeProgress(status)}</Words>
      </p>
    </div>
  )
}
