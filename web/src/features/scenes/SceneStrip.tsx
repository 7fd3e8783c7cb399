import { useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { GenerationBrief, Scene } from '../../api/model.ts'
import { Frame } from '../../ui/Frame.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { ProgressBar } from '../../ui/ProgressBar.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import { useRefreshGenerations } from '../generations/useGenerationActions.ts'
import { hasJustEnded, useGenerationStatus } from '../generations/useGenerationStatus.ts'
import { moveScene } from './order.ts'
import type { SceneActions } from './useScenes.ts'
import './scenes.css'

/** Stands in the address for the scene that is being written. */
export const NEW_SCENE = 'new'

interface SceneStripProps {
  projectId: string
  scenes: Scene[]
  activeId: string
  actions: SceneActions
}

/** The storyboard: every scene of the project in order, as frames of one strip. */
export function SceneStrip({ projectId, scenes, activeId, actions }: SceneStripProps) {
  const ids = scenes.map((scene) => scene.id)
  const move = (id: string, step: -1 | 1) => {
    const moved = moveScene(ids, id, step)
    if (moved !== ids) actions.order.mutate(moved)
  }
  return (
    <section className="storyboard" aria-label="Storyboard">
      <div className="film strip">
        <ol className="film-frames">
          {scenes.map((scene, index) => (
            <SceneFrame
              key={scene.id}
              scene={scene}
              number={index + 1}
              isActive={scene.id === activeId}
              onMove={(step) => move(scene.id, step)}
            />
          ))}
          <li className="strip-frame">
            <Link
              href={`/projects/${projectId}/scenes/${NEW_SCENE}`}
              className="strip-link strip-add"
              aria-current={activeId === NEW_SCENE || undefined}
            >
              <span className="frame">
                <span className="strip-words">
                  <Icon name="plus" /> Add scene
                </span>
              </span>
              <span className="edge-print">{scenes.length + 1}</span>
            </Link>
          </li>
        </ol>
      </div>
      {actions.order.error !== null && <ErrorNotice error={actions.order.error} />}
    </section>
  )
}

interface SceneFrameProps {
  scene: Scene
  number: number
  isActive: boolean
  onMove: (step: -1 | 1) => void
}

function SceneFrame({ scene, number, isActive, onMove }: SceneFrameProps) {
  const link = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    if (isActive) link.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [isActive, number])
  const words = <span className="strip-words">{scene.prompt}</span>
  const latest = scene.latestGeneration
  return (
    <li className="strip-frame">
      <Link
        ref={link}
        href={`/projects/${scene.projectId}/scenes/${scene.id}`}
        className="strip-link"
        aria-current={isActive || undefined}
        aria-label={`Scene ${number}: ${scene.prompt}`}
        aria-keyshortcuts="Alt+ArrowLeft Alt+ArrowRight"
        onKeyDown={(event) => {
          if (!event.altKey || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return
          event.preventDefault()
          onMove(event.key === 'ArrowLeft' ? -1 : 1)
        }}
      >
        {latest === null ? (
          <>
            <Frame src={null} alt="">
              {words}
            </Frame>
            <span className="edge-print">
              {number}
              <StateMark state={undefined} />
            </span>
          </>
        ) : (
          <LatestFrame scene={scene} latest={latest} number={number} />
        )}
      </Link>
    </li>
  )
}

interface LatestFrameProps {
  scene: Scene
  latest: GenerationBrief
  number: number
}

/** A scene's latest generation, live. The strip shows every scene, so it is also what notices an end. */
function LatestFrame({ scene, latest, number }: LatestFrameProps) {
  const status = useGenerationStatus(latest)
  const refresh = useRefreshGenerations(scene.projectId, scene.id)
  const hasEnded = hasJustEnded(latest, status)
  // While a new version is made, the frame keeps the picture of the one before.
  const [picture, setPicture] = useState(status.thumbnailUrl)
  if (status.thumbnailUrl !== null && status.thumbnailUrl !== picture) setPicture(status.thumbnailUrl)
  useEffect(() => {
    if (hasEnded) void refresh()
    // Only the change to an end counts, not a new function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [hasEnded, latest.id])
  return (
    <>
      <Frame src={picture} alt="">
        <span className="strip-words">{scene.prompt}</span>
      </Frame>
      {status.status === 'processing' && <ProgressBar percent={status.progress} label={`Scene ${number}`} />}
      <span className="edge-print">
        {number}
        <StateMark state={status.status} progress={status.progress} />
      </span>
    </>
  )
}
