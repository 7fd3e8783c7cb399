/** `percent` 0–100, or undefined while nobody knows. */
export function ProgressBar({ percent, label }: { percent: number | undefined; label: string }) {
  const isKnown = percent !== undefined
  return (
    <span
      className={isKnown ? 'bar' : 'bar indeterminate'}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <span style={isKnown ? { transform: `scaleX(${percent / 100})` } : undefined} />
    </span>
  )
}
