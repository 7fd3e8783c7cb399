import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { useLocation } from 'wouter'
import type { Project } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { Button } from '../../ui/Button.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { Count } from '../../ui/Count.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { deleteProject, renameProject } from './calls.ts'

export function ProjectHeader({ project }: { project: Project }) {
  const [mode, setMode] = useState<'reading' | 'renaming' | 'deleting'>('reading')
  return (
    <header className="project-header">
      {mode === 'renaming' ? (
        <RenameForm project={project} onClose={() => setMode('reading')} />
      ) : (
        <>
          <h1>{project.title}</h1>
          <p className="project-facts quiet small">
            <Count of="scene">{project.sceneCount}</Count>
            <Count of="credit">{project.totalCost}</Count>
          </p>
          <div className="row">
            <Button tone="plain" icon="pencil" onClick={() => setMode('renaming')}>
              Rename
            </Button>
            <Button tone="danger" icon="trash" onClick={() => setMode('deleting')}>
              Delete project
            </Button>
          </div>
        </>
      )}
      {mode === 'deleting' && <DeleteDialog project={project} onClose={() => setMode('reading')} />}
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
      navigate('/')
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
