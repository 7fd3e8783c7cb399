import { useId, useState } from 'react'
import { FieldError } from '../../ui/TextField.tsx'

interface PasswordFieldProps {
  label: string
  /** Whether a password manager is to fill it in or to make one. */
  autoComplete: 'current-password' | 'new-password'
  value: string
  note?: string
  error?: string | undefined
  minLength?: number
  onChange: (password: string) => void
}

/** A password, which its owner may look at. */
export function PasswordField({ label, note, error, onChange, ...input }: PasswordFieldProps) {
  const id = useId()
  const [isShown, setIsShown] = useState(false)
  const describedBy = [note !== undefined && `${id}-note`, error !== undefined && `${id}-error`]
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <span className="password">
        <input
          {...input}
          id={id}
          className="input"
          type={isShown ? 'text' : 'password'}
          required
          spellCheck={false}
          autoCapitalize="none"
          aria-invalid={error !== undefined}
          aria-describedby={describedBy.filter(Boolean).join(' ') || undefined}
          onChange={(event) => onChange(event.target.value)}
        />
        <button
          type="button"
          className="button plain password-show"
          aria-pressed={isShown}
          aria-controls={id}
          onClick={() => setIsShown(!isShown)}
        >
          Show
          <span className="visually-hidden"> what is typed</span>
        </button>
      </span>
      {note !== undefined && (
        <p className="field-note" id={`${id}-note`}>
          {note}
        </p>
      )}
      {error !== undefined && <FieldError id={`${id}-error`} words={error} />}
    </div>
  )
}
