import { Link } from 'wouter'
import type { Project } from '../../api/model.ts'
import { Count } from '../../ui/Count.tsx'
import { formatWhen } from '../../ui/format.ts'
import { Frame } from '../../ui/Frame.tsx'
import { StateMark } from '../../ui/StateMark.tsx'

/** As many frames as fit a wide screen; the strip is cut where the screen ends. */
const FRAMES_MAX = 8

/** A project as its strip of film: each frame is the latest picture of a scene. */
export function ProjectRow({ project, nowMs }: { project: Project; nowMs: number }) {
  const { id, title, sceneCount, totalCost, latestGeneration, updatedAt, scenes } = project
  return (
    <li className="project-row">
      <div className="project-row-head">
        <h2>
          <Link href={`/projects/${id}`}>{title}</Link>
        </h2>
        <StateMark state={latestGeneration?.status} progress={latestGeneration?.progress} />
        <p className="project-row-facts quiet small">
          <Count of="scene">{sceneCount}</Count>
          <Count of="credit">{totalCost}</Count>
          <span>{formatWhen(updatedAt, nowMs)}</span>
        </p>
      </div>
      <div className="film project-film" aria-hidden="true">
        <div className="film-frames">
          {scenes.slice(0, FRAMES_MAX).map((scene, index) => (
            <div className="project-frame" key={scene.id}>
              <Frame src={scene.latestGeneration?.thumbnailUrl} alt="">
                <span className="project-frame-words">{scene.prompt}</span>
              </Frame>
              <span className="edge-print">{index + 1}</span>
            </div>
          ))}
          {scenes.length === 0 && (
            <div className="project-frame">
              <Frame src={null} alt="">
                <span className="project-frame-words">No scene yet</span>
              </Frame>
              <span className="edge-print">0</span>
            </div>
          )}
        </div>
      </div>
    </li>
  )
}
