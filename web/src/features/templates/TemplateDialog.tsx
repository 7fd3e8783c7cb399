import type { ReactNode } from 'react'
import type { Template } from '../../api/model.ts'
import { Count } from '../../ui/Count.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { formatClock } from '../../ui/format.ts'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { useTemplates } from './useTemplates.ts'
import './templates.css'

interface TemplateDialogProps {
  title: string
  /** What happens with the one that is taken. */
  words: string
  onClose: () => void
  /** What one can do with a whole template. */
  action?: (template: Template) => ReactNode
  /** What one can do with one of its scenes. */
  sceneAction?: (prompt: string) => ReactNode
}

/** The templates with everything that is in them, so that one knows what one takes. */
export function TemplateDialog({ title, words, onClose, action, sceneAction }: TemplateDialogProps) {
  const templates = useTemplates()
  return (
    <Dialog title={title} size="wide" onClose={onClose}>
      <p className="quiet">{words}</p>
      {templates.error !== null && (
        <ErrorNotice error={templates.error} onRetry={() => void templates.refetch()} />
      )}
      {templates.isPending && <p className="quiet templates-waiting">Fetching the templates</p>}
      {templates.data?.templates.length === 0 && <p>There is no template on this installation.</p>}
      <ul className="templates">
        {templates.data?.templates.map((template) => (
          <li key={template.id} className="template">
            <div className="template-head">
              <h3>{template.title}</h3>
              <p className="quiet small">
                {template.description} <Count of="scene">{template.scenes.length}</Count>,{' '}
                <span className="figures">{formatClock(lengthOf(template))}</span>
              </p>
              {action?.(template)}
            </div>
            <ol className="template-scenes">
              {template.scenes.map(({ prompt, durationSeconds }, place) => (
                <li key={prompt}>
                  <span className="figures quiet">{place + 1}</span>
                  <span>
                    {prompt} <span className="figures quiet">{durationSeconds} s</span>
                  </span>
                  {sceneAction?.(prompt)}
                </li>
              ))}
            </ol>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

function lengthOf(template: Template): number {
  return template.scenes.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0)
}
