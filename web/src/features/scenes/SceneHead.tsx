import { useState } from 'react'
import type { Scene } from '../../api/model.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { moveScene } from './order.ts'
import type { SceneActions } from './useScenes.ts'

interface SceneHeadProps {
  scene: Scene
  /** All scenes of the project, in order. */
  ids: string[]
  actions: SceneActions
  onDuplicate: () => void
  onRemove: () => void
}

/** Which scene it is, and what can be done with the whole of it. */
export function SceneHead({ scene, ids, actions, onDuplicate, onRemove }: SceneHeadProps) {
  const [isAsking, setIsAsking] = useState(false)
  const place = ids.indexOf(scene.id)
  const move = (step: -1 | 1) => actions.order.mutate(moveScene(ids, scene.id, step))
  return (
    <div className="workspace-head">
      <h2>
        Scene {place + 1} <span className="quiet">of {ids.length}</span>
      </h2>
      <div className="row">
        <IconButton icon="left" label="Move scene earlier" disabled={place === 0} onClick={() => move(-1)} />
        <IconButton
          icon="right"
          label="Move scene later"
          disabled={place === ids.length - 1}
          onClick={() => move(1)}
        />
        <Button
          tone="plain"
          icon="plus"
          isPending={actions.add.isPending}
          pendingWords="Duplicating"
          onClick={onDuplicate}
        >
          Duplicate
        </Button>
        <Button tone="danger" icon="trash" onClick={() => setIsAsking(true)}>
          Delete scene
        </Button>
      </div>
      {actions.add.error !== null && <ErrorNotice error={actions.add.error} />}
      {isAsking && (
        <ConfirmDialog
          title={`Delete scene ${place + 1}?`}
          confirmWords="Delete scene"
          pendingWords="Deleting"
          isPending={actions.remove.isPending}
          error={actions.remove.error}
          onConfirm={onRemove}
          onClose={() => setIsAsking(false)}
        >
          Its prompt and all its versions are removed for good. The other scenes keep their order.
        </ConfirmDialog>
      )}
    </div>
  )
}
