import { useId, type InputHTMLAttributes } from 'react'
import { Icon } from './Icon.tsx'

interface TextFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string
  note?: string
  error?: string | undefined
}

export function TextField({ label, note, error, ...input }: TextFieldProps) {
  const id = useId()
  const describedBy = [note !== undefined && `${id}-note`, error !== undefined && `${id}-error`]
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        className="input"
        aria-invalid={error !== undefined}
        aria-describedby={describedBy.filter(Boolean).join(' ') || undefined}
      />
      {note !== undefined && (
        <p className="field-note" id={`${id}-note`}>
          {note}
        </p>
      )}
      {error !== undefined && <FieldError id={`${id}-error`} words={error} />}
    </div>
  )
}

export function FieldError({ id, words }: { id?: string; words: string }) {
  return (
    <p className="field-error" id={id} role="alert">
      <Icon name="failed" />
      {words}
    </p>
  )
}
