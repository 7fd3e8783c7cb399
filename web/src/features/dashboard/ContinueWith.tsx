import { Link } from 'wouter'
import type { Project } from '../../api/model.ts'
import { Count } from '../../ui/Count.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import { TimeAgo } from '../../ui/TimeAgo.tsx'
import { addressOf, nextStepOf, scenesAround } from './nextStep.ts'
import { RunningScene } from './RunningScene.tsx'
import { SceneFrame } from '../projects/SceneFrame.tsx'

/** Frames of the strip; it is cut where the screen ends. */
const FRAMES_MAX = 8

/** The project that was last worked on, what it asks for next, and the way there. */
export function ContinueWith({ project }: { project: Project }) {
  const step = nextStepOf(project)
  const frames = scenesAround(project.scenes, step.sceneId, FRAMES_MAX)
  const running = step.kind === 'watch' ? project.scenes.find(({ id }) => id === step.sceneId) : undefined
  return (
    <section className="continue" aria-labelledby="continue-title">
      <div className="continue-head">
        <div className="continue-words">
          <p className="quiet small">Continue where you were</p>
          <h1 id="continue-title">
            <Link href={addressOf(project, undefined)}>{project.title}</Link>
          </h1>
          <p>{step.words}</p>
        </div>
        <Link href={addressOf(project, step.sceneId)} className="button primary">
          {step.actionWords}
          <Icon name="right" />
        </Link>
      </div>
      {frames.length > 0 && (
        <div className="film continue-film">
          <ol className="film-frames">
            {frames.map((scene) => (
              <li key={scene.id} className={scene.id === step.sceneId ? 'is-next' : undefined}>
                <Link
                  href={addressOf(project, scene.id)}
                  aria-label={`Scene ${scene.position + 1}: ${scene.prompt}`}
                >
                  <SceneFrame projectId={project.id} scene={scene} />
                </Link>
              </li>
            ))}
          </ol>
        </div>
      )}
      {running?.latestGeneration !== null && running?.latestGeneration !== undefined && (
        <RunningScene generation={running.latestGeneration} />
      )}
      <p className="continue-facts quiet small">
        {running === undefined && <StateMark state={project.latestGeneration?.status} />}
        <Count of="scene">{project.sceneCount}</Count>
        <span>
          <Count of="credit">{project.totalCost}</Count> spent
        </span>
        <TimeAgo time={project.updatedAt} />
      </p>
    </section>
  )
}
