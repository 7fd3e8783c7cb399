import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { useLocation } from 'wouter'
import { queryKeys } from '../../api/queryKeys.ts'
import { Button } from '../../ui/Button.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { TemplateDialog } from '../templates/TemplateDialog.tsx'
import { addProject } from './calls.ts'
import './projects.css'

export function NewProjectForm() {
  const [title, setTitle] = useState('')
  const [isChoosing, setIsChoosing] = useState(false)
  const [, navigate] = useLocation()
  const queryClient = useQueryClient()
  const action = useMutation({
    mutationFn: addProject,
    onSuccess: (project) => {
      void queryClient.invalidateQueries({ queryKey: queryKeys.projects })
      void queryClient.invalidateQueries({ queryKey: queryKeys.dashboard })
      navigate(`/projects/${project.id}`)
    },
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    action.mutate({ title: title.trim() })
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
      <Button
        tone="primary"
        type="submit"
        icon="plus"
        isPending={action.isPending && action.variables.templateId === undefined}
        pendingWords="Creating"
      >
        Create project
      </Button>
      <Button icon="film" onClick={() => setIsChoosing(true)}>
        From a template
      </Button>
      {action.error !== null && !isChoosing && <ErrorNotice error={action.error} />}
      {isChoosing && (
        <TemplateDialog
          title="Begin with a template"
          words="The project begins with its scenes; you can change their words afterwards."
          onClose={() => setIsChoosing(false)}
          action={(template) => (
            <>
              <Button
                aria-label={`Use “${template.title}”`}
                isPending={action.isPending && action.variables.templateId === template.id}
                pendingWords="Creating"
                disabled={action.isPending}
                onClick={() =>
                  action.mutate({ title: title.trim() || template.title, templateId: template.id })
                }
              >
                Use it
              </Button>
              {action.error !== null && action.variables.templateId === template.id && (
                <ErrorNotice error={action.error} />
              )}
            </>
          )}
        />
      )}
    </form>
  )
}
