import { Link } from 'wouter'
import type { Project } from '../../api/model.ts'
import { Count } from '../../ui/Count.tsx'
import { Frame } from '../../ui/Frame.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import { TimeAgo } from '../../ui/TimeAgo.tsx'
import { posterOf } from '../projects/poster.ts'

/** A project in one line: its poster, its state and its cost. */
export function ProjectLine({ project }: { project: Project }) {
  const { id, title, sceneCount, totalCost, latestGeneration, updatedAt } = project
  return (
    <li className="project-line">
      <Frame src={posterOf(project)} alt="">
        <Icon name="film" />
      </Frame>
      <div className="project-line-words">
        <Link href={`/projects/${id}`}>{title}</Link>
        <p className="project-line-facts quiet small">
          <StateMark state={latestGeneration?.status} progress={latestGeneration?.progress} />
          <Count of="scene">{sceneCount}</Count>
          <Count of="credit">{totalCost}</Count>
          <TimeAgo time={updatedAt} />
        </p>
      </div>
    </li>
  )
}
