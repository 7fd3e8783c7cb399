const CROSSFADES = [
  { seconds: 0, words: 'Hard cuts' },
  { seconds: 0.5, words: 'Cross-fade, 0.5 s' },
  { seconds: 1, words: 'Cross-fade, 1 s' },
]

interface CrossfadeFieldProps {
  value: number
  onChange: (seconds: number) => void
}

export function CrossfadeField({ value, onChange }: CrossfadeFieldProps) {
  return (
    <>
      <label className="visually-hidden" htmlFor="export-crossfade">
        Between scenes
      </label>
      <select
        id="export-crossfade"
        className="input export-crossfade"
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
      >
        {CROSSFADES.map(({ seconds, words }) => (
          <option key={seconds} value={seconds}>
            {words}
          </option>
        ))}
      </select>
    </>
  )
}
