import { useId } from 'react'
import { describeError } from '../../api/problem.ts'
import { Button } from '../../ui/Button.tsx'
import { FieldError } from '../../ui/TextField.tsx'
import type { Autosave } from './autosave.ts'

/** Characters of a prompt that the server takes. */
export const PROMPT_LENGTH_MAX = 2_000

/** The scene's words. They save themselves; whether they have is said beside them. */
export function PromptEditor({ autosave }: { autosave: Autosave }) {
  const id = useId()
  const { text, state, change, flush } = autosave
  const hasFailed = state.kind === 'failed'
  return (
    <div className="field">
      <div className="prompt-head">
        <label htmlFor={id}>Prompt</label>
        <span className="field-note" role="status">
          {state.kind === 'saved' && 'Saved'}
          {state.kind === 'saving' && 'Saving'}
          {state.kind === 'unsaved' && 'Not saved yet'}
          {hasFailed && 'Not saved'}
        </span>
      </div>
      <textarea
        id={id}
        className="input"
        maxLength={PROMPT_LENGTH_MAX}
        aria-invalid={hasFailed}
        aria-describedby={hasFailed ? `${id}-error` : undefined}
        value={text}
        onChange={(event) => change(event.target.value)}
        onBlur={() => void flush()}
      />
      {hasFailed && (
        <div className="row">
          <FieldError id={`${id}-error`} words={describeError(state.error)} />
          <Button tone="plain" icon="retry" onClick={() => void flush()}>
            Save again
          </Button>
        </div>
      )}
    </div>
  )
}
