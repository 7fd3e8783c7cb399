import { useState } from 'react'
import { Link } from 'wouter'
import type { Scene } from '../../api/model.ts'
import { Icon } from '../../ui/Icon.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { editorAddress } from '../projects/editorAddress.ts'
import { placesAside } from './lift.ts'
import { SceneFrame } from './SceneFrame.tsx'
import { useLift } from './useLift.ts'
import type { SceneActions } from './useScenes.ts'
import './scenes.css'

/** Stands in the address for the scene that is being written. */
export const NEW_SCENE = 'new'

/** The contract's limit of a project. */
const SCENES_MAX = 200

interface SceneStripProps {
  projectId: string
  scenes: Scene[]
  activeId: string
  actions: SceneActions
}

/** The storyboard: every scene of the project in order, as frames of one strip. */
export function SceneStrip({ projectId, scenes, activeId, actions }: SceneStripProps) {
  const ids = scenes.map((scene) => scene.id)
  const lifting = useLift(ids, (moved) => actions.order.mutate(moved))
  // One frame is reached by Tab; the arrow keys go on from there.
  const [focusedId, setFocusedId] = useState<string>()
  const reachableId = [focusedId, activeId, ids[0]].find((id) => id !== undefined && ids.includes(id))
  const { lift } = lifting
  return (
    <section className="storyboard" aria-label="Storyboard">
      <p id="strip-keys" hidden>
        Arrow keys go from scene to scene. Space picks a scene up to move it.
      </p>
      <div className={lift === undefined ? 'film strip' : 'film strip lifting'}>
        <ol className="film-frames">
          {scenes.map((scene, place) => (
            <SceneFrame
              key={scene.id}
              scene={scene}
              number={place + 1}
              isActive={scene.id === activeId}
              isReachable={scene.id === reachableId}
              aside={placesAside(place, lift)}
              lift={lift?.id === scene.id ? lift : undefined}
              lifting={lifting}
              onFocus={setFocusedId}
            />
          ))}
          {scenes.length < SCENES_MAX && (
            <li className="strip-frame">
              <Link
                href={editorAddress(projectId, NEW_SCENE)}
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
          )}
        </ol>
      </div>
      {actions.order.error !== null && (
        <div className="storyboard-problem">
          <ErrorNotice
            error={actions.order.error}
            onRetry={() => actions.order.mutate(actions.order.variables ?? ids)}
          />
          <p className="field-note">The scenes stand as the server has them.</p>
        </div>
      )}
    </section>
  )
}
