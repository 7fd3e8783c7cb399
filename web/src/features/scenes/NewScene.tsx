import { useState, type ReactNode, type SubmitEvent } from 'react'
import { Button } from '../../ui/Button.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { PROMPT_LENGTH_MAX } from './PromptEditor.tsx'

const EXAMPLE = 'a serene mountain landscape at golden hour'

interface NewSceneProps {
  /** Its number in the film. */
  place: number
  isPending: boolean
  error: unknown
  onAdd: (prompt: string) => void
  /** Another way to begin. */
  children?: ReactNode
}

/** A scene begins with what it shows. */
export function NewScene({ place, isPending, error, onAdd, children }: NewSceneProps) {
  const [prompt, setPrompt] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    onAdd(prompt.trim())
  }
  return (
    <form className="new-scene" onSubmit={submit}>
      <h2>Scene {place}</h2>
      <div className="field">
        <label htmlFor="new-scene-prompt">What does this scene show?</label>
        <textarea
          id="new-scene-prompt"
          className="input"
          required
          autoFocus
          maxLength={PROMPT_LENGTH_MAX}
          placeholder="Place, time of day, weather, how the camera moves"
          value={prompt}
          onChange={(event) => setPrompt(event.target.value)}
        />
      </div>
      {error !== null && <ErrorNotice error={error} />}
      <div className="row">
        <Button
          tone="primary"
          type="submit"
          icon="plus"
          disabled={prompt.trim() === ''}
          isPending={isPending}
          pendingWords="Adding"
        >
          Add scene
        </Button>
        {prompt === '' && <Button onClick={() => setPrompt(EXAMPLE)}>Try “{EXAMPLE}”</Button>}
        {children}
      </div>
    </form>
  )
}
