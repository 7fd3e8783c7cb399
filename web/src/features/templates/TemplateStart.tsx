import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Template } from '../../api/model.ts'
import { Button } from '../../ui/Button.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { TemplateDialog } from './TemplateDialog.tsx'

/** Begins a project that has no scene yet with the scenes of a template. */
export function TemplateStart({ onApply }: { onApply: (template: Template) => Promise<void> }) {
  const [isOpen, setIsOpen] = useState(false)
  const apply = useMutation({ mutationFn: onApply })
  return (
    <>
      <Button icon="none" onClick={() => setIsOpen(true)}>
        Begin with a template
      </Button>
      {isOpen && (
        <TemplateDialog
          title="Begin with a template"
          words="Its scenes are added to this project; you can change their words afterwards."
          onClose={() => setIsOpen(false)}
          action={(template) => (
            <Button
              aria-label={`Use “${template.title}”`}
              isPending={apply.isPending && apply.variables === template}
              pendingWords="Adding scenes"
              disabled={apply.isPending}
              onClick={() => apply.mutate(template, { onSuccess: () => setIsOpen(false) })}
            >
              Use it
            </Button>
          )}
        />
      )}
      {apply.error !== null && <ErrorNotice error={apply.error} />}
    </>
  )
}
