import { useId, type SelectHTMLAttributes } from 'react'
import { FieldError } from './TextField.tsx'

interface SelectFieldProps extends SelectHTMLAttributes<HTMLSelectElement> {
  label: string
  choices: readonly { value: string; words: string }[]
  note?: string
  error?: string | undefined
}

export function SelectField({ label, choices, note, error, ...select }: SelectFieldProps) {
  const id = useId()
  const describedBy = [note !== undefined && `${id}-note`, error !== undefined && `${id}-error`]
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        {...select}
        id={id}
        className="input"
        aria-invalid={error !== undefined}
        aria-describedby={describedBy.filter(Boolean).join(' ') || undefined}
      >
        {choices.map(({ value, words }) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
      {note !== undefined && (
        <p className="field-note" id={`${id}-note`}>
          {note}
        </p>
      )}
      {error !== undefined && <FieldError id={`${id}-error`} words={error} />}
    </div>
  )
}
