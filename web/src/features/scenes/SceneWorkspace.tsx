import type { GenerateIn, Scene } from '../../api/model.ts'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { CompareStage } from '../generations/CompareStage.tsx'
import { GenerateForm } from '../generations/GenerateForm.tsx'
import { GenerationStage } from '../generations/GenerationStage.tsx'
import { useGenerationActions } from '../generations/useGenerationActions.ts'
import { useVersions } from '../generations/useVersions.ts'
import { VersionStrip } from '../generations/VersionStrip.tsx'
import type { EditorView } from '../projects/editorAddress.ts'
import { PromptEditor } from './PromptEditor.tsx'
import { SceneHead } from './SceneHead.tsx'
import { useAutosave } from './useAutosave.ts'
import type { SceneActions } from './useScenes.ts'

interface SceneWorkspaceProps {
  scene: Scene
  /** All scenes of the project, in order. */
  ids: string[]
  actions: SceneActions
  view: EditorView
  onView: (view: EditorView) => void
  onDuplicate: () => void
  onRemove: () => void
}

/** One scene on the table: its clip, its words, how it is made, and its versions. */
export function SceneWorkspace(props: SceneWorkspaceProps) {
  const { scene, ids, actions, view, onView, onDuplicate, onRemove } = props
  const versions = useVersions(scene, view, onView)
  const { compared } = versions
  return (
    <section className="workspace" aria-label={`Scene ${ids.indexOf(scene.id) + 1}`}>
      <SceneHead scene={scene} ids={ids} actions={actions} onDuplicate={onDuplicate} onRemove={onRemove} />
      {compared === undefined ? (
        <div className="workspace-columns">
          <GenerationStage scene={scene} versions={versions} />
          <SceneForm scene={scene} actions={actions} onAccepted={versions.view} />
        </div>
      ) : (
        <CompareStage
          key={compared.map(({ id }) => id).join()}
          scene={scene}
          versions={versions}
          pair={compared}
          onClose={() => onView({ version: compared[0].id })}
        />
      )}
      <VersionStrip scene={scene} versions={versions} />
    </section>
  )
}

interface SceneFormProps {
  scene: Scene
  actions: SceneActions
  onAccepted: (generationId: string) => void
}

function SceneForm({ scene, actions, onAccepted }: SceneFormProps) {
  const { id, prompt, updatedAt } = scene
  const autosave = useAutosave(id, { text: prompt, updatedAt }, (text, base) =>
    actions.savePrompt(id, text, base),
  )
  const { generate } = useGenerationActions(scene, onAccepted)
  const { resize } = actions
  return (
    <div className="workspace-form">
      <PromptEditor autosave={autosave} />
      <GenerateForm
        seconds={scene.durationSeconds}
        onSecondsChange={(durationSeconds) => resize.mutate({ id, durationSeconds })}
        isPromptEmpty={autosave.text.trim() === ''}
        isPending={generate.isPending}
        error={generate.error}
        accepted={generate.data}
        onGenerate={(recipe, extras) => {
          const body: GenerateIn = { sceneId: id, prompt: autosave.text.trim(), ...recipe, ...extras }
          void autosave.flush()
          generate.mutate(body)
        }}
      />
      {resize.error !== null && <ErrorNotice error={resize.error} />}
    </div>
  )
}
