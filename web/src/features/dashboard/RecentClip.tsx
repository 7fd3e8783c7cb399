import { Link } from 'wouter'
import type { Generation } from '../../api/model.ts'
import { Frame } from '../../ui/Frame.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import { TimeAgo } from '../../ui/TimeAgo.tsx'
import { useGenerationStatus } from '../generations/useGenerationStatus.ts'
import { useRefreshWhenEnded } from '../projects/useRefreshWhenEnded.ts'

/** A generation as one frame: its picture, its words and how it stands, while it moves. */
export function RecentClip({ generation }: { generation: Generation }) {
  const status = useGenerationStatus(generation)
  useRefreshWhenEnded(generation, status, generation.projectId)
  return (
    <Link href={`/projects/${generation.projectId}/scenes/${generation.sceneId}`} className="clip">
      <Frame src={status.thumbnailUrl} alt="">
        <Icon name="none" />
      </Frame>
      <span className="clip-prompt">{generation.prompt}</span>
      <span className="clip-facts">
        <StateMark state={status.status} progress={status.progress} />
        <span className="quiet small">
          <TimeAgo time={generation.createdAt} />
        </span>
      </span>
    </Link>
  )
}
