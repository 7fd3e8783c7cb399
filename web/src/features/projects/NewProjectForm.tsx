import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { useLocation } from 'wouter'
import { queryKeys } from '../../api/queryKeys.ts'
import { Button } from '../../ui/Button.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { addProject } from './calls.ts'

export function NewProjectForm() {
  const [title, setTitle] = useState('')
  const [, navigate] = useLocation()
  const queryClient = useQueryClient()
  const action = useMutation({
    mutationFn: addProject,
    onSuccess: (project) => {
      void queryClient.invalidateQueries({ queryKey: queryKeys.projects })
      navigate(`/projects/${project.id}`)
    },
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    action.mutate(title.trim())
  }
  return (
    <form className="new-project" onSubmit={submit}>
      <label className="visually-hidden" htmlFor="new-project-title">
        Title of the new project
      </label>
      <input
        id="new-project-title"
        className="input"
        placeholder="Title of a new project"
        required
        pattern=".*\S.*"
        maxLength={200}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
      />
      <Button tone="primary" type="submit" icon="plus" isPending={action.isPending} pendingWords="Creating">
        Create project
      </Button>
      {action.error !== null && <ErrorNotice error={action.error} />}
    </form>
  )
}
