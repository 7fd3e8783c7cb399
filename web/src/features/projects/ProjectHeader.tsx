import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { useLocation } from 'wouter'
import type { Project, Scene } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { Button } from '../../ui/Button.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { Count } from '../../ui/Count.tsx'
import { formatClock } from '../../ui/format.ts'
import { Icon } from '../../ui/Icon.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { needsClip } from '../generations/batch.ts'
import { GenerateAllDialog } from '../generations/GenerateAllDialog.tsx'
import { deleteProject, renameProject } from './calls.ts'

interface ProjectHeaderProps {
  project: Project
  scenes: Scene[]
}

export function ProjectHeader({ project, scenes }: ProjectHeaderProps) {
  const [mode, setMode] = useState<'reading' | 'renaming' | 'deleting' | 'generating'>('reading')
  const missing = scenes.filter(needsClip).length
  const seconds = scenes.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0)
  const close = () => setMode('reading')
  return (
    <header className="project-header">
      {mode === 'renaming' ? (
        <RenameForm project={project} onClose={close} />
      ) : (
        <>
          <h1>{project.title}</h1>
          <p className="project-facts quiet small">
            <Count of="scene">{project.sceneCount}</Count>
            {scenes.length > 0 && (
              <span>
                <span className="figures">{formatClock(seconds)}</span> long
              </span>
            )}
            <Count of="credit">{project.totalCost}</Count>
          </p>
          <div className="row">
            {scenes.length > 0 && (
              <>
                <Button icon="play" onClick={() => setMode('generating')}>
                  {missing === 0 ? 'Generate many clips' : `Generate missing clips (${missing})`}
                </Button>
                <a className="button" href="#exports-title">
                  <Icon name="download" />
                  Export
                </a>
              </>
            )}
            <Button tone="plain" icon="pencil" onClick={() => setMode('renaming')}>
              Rename
            </Button>
            <Button tone="danger" icon="trash" onClick={() => setMode('deleting')}>
              Delete project
            </Button>
          </div>
        </>
      )}
      {mode === 'deleting' && <DeleteDialog project={project} onClose={close} />}
      {mode === 'generating' && <GenerateAllDialog projectId={project.id} scenes={scenes} onClose={close} />}
    </header>
  )
}

interface ModeProps {
  project: Project
  onClose: () => void
}

function RenameForm({ project, onClose }: ModeProps) {
  const [title, setTitle] = useState(project.title)
  const queryClient = useQueryClient()
  const action = useMutation({
    mutationFn: () => renameProject(project.id, title.trim()),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: queryKeys.project(project.id) })
      void queryClient.invalidateQueries({ queryKey: queryKeys.projects })
      onClose()
    },
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    action.mutate()
  }
  return (
    <form className="project-rename" onSubmit={submit}>
      <label className="visually-hidden" htmlFor="project-title">
        Title of the project
      </label>
      <input
        id="project-title"
        className="input"
        required
        pattern=".*\S.*"
        maxLength={200}
        autoFocus
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onClose()}
      />
      <Button type="submit" isPending={action.isPending} pendingWords="Saving">
        Save title
      </Button>
      <Button tone="plain" onClick={onClose}>
        Keep the old one
      </Button>
      {action.error !== null && <ErrorNotice error={action.error} />}
    </form>
  )
}

function DeleteDialog({ project, onClose }: ModeProps) {
  const queryClient = useQueryClient()
  const [, navigate] = useLocation()
  const action = useMutation({
    mutationFn: () => deleteProject(project.id),
    onSuccess: () => {
      navigate('/projects')
      void queryClient.invalidateQueries({ queryKey: queryKeys.projects })
      void queryClient.invalidateQueries({ queryKey: queryKeys.dashboard })
    },
  })
  return (
    <ConfirmDialog
      title={`Delete “${project.title}”?`}
      confirmWords="Delete project"
      pendingWords="Deleting"
      isPending={action.isPending}
      error={action.error}
      onConfirm={() => action.mutate()}
      onClose={onClose}
    >
      Its scenes and their clips are removed for good. What is still being made is cancelled, and its credits
      come back.
    </ConfirmDialog>
  )
}
