import { useState } from 'react'
import type { GenerateIn, Scene } from '../../api/model.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { GenerateForm } from '../generations/GenerateForm.tsx'
import { GenerationStage } from '../generations/GenerationStage.tsx'
import type { Recipe } from '../generations/recipe.ts'
import { useGenerationActions } from '../generations/useGenerationActions.ts'
import { useVersions } from '../generations/useVersions.ts'
import { VersionStrip } from '../generations/VersionStrip.tsx'
import { moveScene } from './order.ts'
import { PromptEditor } from './PromptEditor.tsx'
import { useAutosave } from './useAutosave.ts'
import type { SceneActions } from './useScenes.ts'

interface SceneWorkspaceProps {
  scene: Scene
  /** All scenes of the project, in order. */
  ids: string[]
  actions: SceneActions
  onRemove: () => void
}

/** One scene on the table: its clip, its words, how it is made, and its versions. */
export function SceneWorkspace({ scene, ids, actions, onRemove }: SceneWorkspaceProps) {
  const autosave = useAutosave(scene.prompt, (prompt) => actions.savePrompt(scene.id, prompt))
  const versions = useVersions(scene)
  const { generate } = useGenerationActions(scene, versions.view)

  const send = (recipe: Recipe, referenceImages: string[]) => {
    const body: GenerateIn = { sceneId: scene.id, prompt: autosave.text.trim(), ...recipe, referenceImages }
    void autosave.flush()
    generate.mutate(body)
  }

  return (
    <section className="workspace" aria-label={`Scene ${ids.indexOf(scene.id) + 1}`}>
      <SceneHead scene={scene} ids={ids} actions={actions} onRemove={onRemove} />
      <div className="workspace-columns">
        <GenerationStage scene={scene} versions={versions} />
        <div className="workspace-form">
          <PromptEditor autosave={autosave} />
          <GenerateForm
            seconds={scene.durationSeconds}
            onSecondsChange={(durationSeconds) => actions.resize.mutate({ id: scene.id, durationSeconds })}
            isPromptEmpty={autosave.text.trim() === ''}
            isPending={generate.isPending}
            error={generate.error}
            accepted={generate.data}
            onGenerate={send}
          />
          {actions.resize.error !== null && <ErrorNotice error={actions.resize.error} />}
        </div>
      </div>
      <VersionStrip scene={scene} versions={versions} />
    </section>
  )
}

function SceneHead({ scene, ids, actions, onRemove }: SceneWorkspaceProps) {
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
        <Button tone="danger" icon="trash" onClick={() => setIsAsking(true)}>
          Delete scene
        </Button>
      </div>
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
