import { useState } from 'react'
import { Button } from '../../ui/Button.tsx'
import { TemplateDialog } from './TemplateDialog.tsx'

interface PromptIdeasProps {
  /** What stands in the field now. */
  text: string
  onChange: (text: string) => void
}

/** Words of a template for one scene. What stood there before can be put back. */
export function PromptIdeas({ text, onChange }: PromptIdeasProps) {
  const [isOpen, setIsOpen] = useState(false)
  const [taken, setTaken] = useState<{ before: string; words: string }>()
  const take = (words: string) => {
    setTaken({ before: text, words })
    onChange(words)
    setIsOpen(false)
  }
  return (
    <div className="row prompt-ideas">
      <Button tone="plain" icon="none" onClick={() => setIsOpen(true)}>
        Words from a template
      </Button>
      {taken?.words === text && taken.before.trim() !== '' && (
        <Button tone="plain" icon="retry" onClick={() => onChange(taken.before)}>
          Put your words back
        </Button>
      )}
      {isOpen && (
        <TemplateDialog
          title="Words from a template"
          words="They replace what stands in the field; your words can be put back."
          onClose={() => setIsOpen(false)}
          sceneAction={(prompt) => (
            <Button tone="plain" aria-label={`Take “${prompt}”`} onClick={() => take(prompt)}>
              Take
            </Button>
          )}
        />
      )}
    </div>
  )
}
