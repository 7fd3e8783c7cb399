import { useId } from 'react'
import { SEED_MAX } from './recipe.ts'

/** Seldom needed, so it is folded away. */
export function SeedField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const id = useId()
  return (
    <details className="seed">
      <summary>
        Seed {value === '' ? <span className="quiet">any</span> : <span className="figures">{value}</span>}
      </summary>
      <div className="field">
        <label className="visually-hidden" htmlFor={id}>
          Seed
        </label>
        <input
          id={id}
          className="input figures"
          type="number"
          inputMode="numeric"
          min={0}
          max={SEED_MAX}
          step={1}
          placeholder="any"
          value={value}
          aria-describedby={`${id}-note`}
          onChange={(event) => onChange(event.target.value)}
        />
        <p className="field-note" id={`${id}-note`}>
          The same words and the same seed give the same clip.
        </p>
      </div>
    </details>
  )
}
