import { useState, type SubmitEvent } from 'react'
import { Button } from '../../ui/Button.tsx'

interface RenameRowFormProps {
  title: string
  onSave: (title: string) => void
  onClose: () => void
}

export function RenameRowForm({ title, onSave, onClose }: RenameRowFormProps) {
  const [wanted, setWanted] = useState(title)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    onSave(wanted.trim())
  }
  return (
    <form className="project-row-rename" onSubmit={submit}>
      <input
        className="input"
        aria-label={`Title of ${title}`}
        required
        pattern=".*\S.*"
        maxLength={200}
        autoFocus
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onClose()}
      />
      <Button type="submit">Save title</Button>
      <Button tone="plain" onClick={onClose}>
        Keep the old one
      </Button>
    </form>
  )
}
