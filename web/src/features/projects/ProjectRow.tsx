import { useState } from 'react'
import { Link } from 'wouter'
import type { Project } from '../../api/model.ts'
import { Button } from '../../ui/Button.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { Count } from '../../ui/Count.tsx'
import { Frame } from '../../ui/Frame.tsx'
import { Menu, MenuItem } from '../../ui/Menu.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import { TimeAgo } from '../../ui/TimeAgo.tsx'
import { RenameRowForm } from './RenameRowForm.tsx'
import { SceneFrame } from './SceneFrame.tsx'
import { useDeleteProject, useRenameProject } from './useProjectActions.ts'

/** As many frames as fit a wide screen; the strip is cut where the screen ends. */
const FRAMES_MAX = 12

/** A project as its strip of film: each frame is the latest picture of a scene. */
export function ProjectRow({ project }: { project: Project }) {
  const { id, title, sceneCount, totalCost, latestGeneration, updatedAt, scenes } = project
  const [mode, setMode] = useState<'reading' | 'renaming' | 'deleting'>('reading')
  const [oldTitle, setOldTitle] = useState<string>()
  const rename = useRenameProject()
  const remove = useDeleteProject()

  const saveTitle = (wanted: string) => {
    setMode('reading')
    if (wanted === '' || wanted === title) return
    setOldTitle(title)
    rename.mutate({ id, title: wanted })
  }
  const undo = () => {
    if (oldTitle !== undefined) rename.mutate({ id, title: oldTitle })
    setOldTitle(undefined)
  }
  return (
    <article className="project-row">
      <div className="project-row-head">
        {mode === 'renaming' ? (
          <RenameRowForm title={title} onSave={saveTitle} onClose={() => setMode('reading')} />
        ) : (
          <h2>
            <Link href={`/projects/${id}`}>{title}</Link>
          </h2>
        )}
        <StateMark state={latestGeneration?.status} progress={latestGeneration?.progress} />
        <p className="project-row-facts quiet small">
          <Count of="scene">{sceneCount}</Count>
          <Count of="credit">{totalCost}</Count>
          <TimeAgo time={updatedAt} />
        </p>
        <Menu label={`What to do with ${title}`} button="⋯">
          <MenuItem icon="pencil" onSelect={() => setMode('renaming')}>
            Rename
          </MenuItem>
          <MenuItem icon="trash" onSelect={() => setMode('deleting')}>
            Delete
          </MenuItem>
        </Menu>
      </div>
      {oldTitle !== undefined && rename.isSuccess && (
        <p className="project-row-undo small" role="status">
          Renamed.
          <Button tone="plain" onClick={undo}>
            Undo
          </Button>
        </p>
      )}
      {rename.error !== null && <ErrorNotice error={rename.error} />}
      <div className="film project-film" aria-hidden="true">
        <div className="film-frames">
          {scenes.slice(0, FRAMES_MAX).map((scene) => (
            <div className="project-frame" key={scene.id}>
              <SceneFrame projectId={id} scene={scene} />
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
      {mode === 'deleting' && (
        <ConfirmDialog
          title={`Delete “${title}”?`}
          confirmWords="Delete project"
          pendingWords="Deleting"
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(id)}
          onClose={() => setMode('reading')}
        >
          Its scenes and their clips are removed for good. What is still being made is cancelled, and its
          credits come back.
        </ConfirmDialog>
      )}
    </article>
  )
}
