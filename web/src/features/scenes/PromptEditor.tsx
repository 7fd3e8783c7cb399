import { useId } from 'react'
import { describeError } from '../../api/problem.ts'
import { Button } from '../../ui/Button.tsx'
import { formatCount } from '../../ui/format.ts'
import { Icon, type IconName } from '../../ui/Icon.tsx'
import { FieldError } from '../../ui/TextField.tsx'
import { PromptIdeas } from '../templates/PromptIdeas.tsx'
import type { Autosave, SaveState } from './autosave.ts'
import { PromptConflict } from './PromptConflict.tsx'

/** Characters of a prompt that the server takes. */
export const PROMPT_LENGTH_MAX = 2_000
/** From here on one is told how many there are. */
const LENGTH_TOLD_FROM = 1_500

const SAVE_WORDS: Record<SaveState['kind'], { icon: IconName; words: string; tone: string }> = {
  saved: { icon: 'done', words: 'Saved', tone: 'quiet' },
  saving: { icon: 'working', words: 'Saving', tone: 'quiet' },
  unsaved: { icon: 'waiting', words: 'Not saved yet', tone: 'waiting' },
  failed: { icon: 'failed', words: 'Not saved', tone: 'failed' },
  conflict: { icon: 'failed', words: 'Changed elsewhere', tone: 'failed' },
}

/** The scene's words. They save themselves; whether they have is said beside them. */
export function PromptEditor({ autosave }: { autosave: Autosave }) {
  const id = useId()
  const { text, state, change, flush } = autosave
  const hasFailed = state.kind === 'failed'
  const { icon, words, tone } = SAVE_WORDS[state.kind]
  return (
    <div className="field">
      <div className="prompt-head">
        <label htmlFor={id}>Prompt</label>
        <span className={`mark ${tone} prompt-state`} role="status">
          <Icon name={icon} />
          <span>{words}</span>
        </span>
      </div>
      <textarea
        id={id}
        className="input prompt-text"
        maxLength={PROMPT_LENGTH_MAX}
        aria-invalid={hasFailed}
        aria-describedby={hasFailed ? `${id}-error` : undefined}
        value={text}
        onChange={(event) => change(event.target.value)}
        onBlur={() => void flush()}
      />
      <div className="prompt-foot">
        <PromptIdeas text={text} onChange={change} />
        {text.length >= LENGTH_TOLD_FROM && (
          <span className="field-note figures">
            {formatCount(text.length)} / {formatCount(PROMPT_LENGTH_MAX)}
          </span>
        )}
      </div>
      {hasFailed && (
        <div className="row">
          <FieldError id={`${id}-error`} words={describeError(state.error)} />
          <Button tone="plain" icon="retry" onClick={() => void flush()}>
            Save again
          </Button>
        </div>
      )}
      {state.kind === 'conflict' && (
        <PromptConflict
          mine={text}
          theirs={state.theirs.text}
          onResolve={(choice) => void autosave.resolve(choice)}
        />
      )}
    </div>
  )
}
