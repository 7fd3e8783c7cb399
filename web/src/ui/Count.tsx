import { formatCount } from './format.ts'

/** `12 scenes`: the figure in figures, the noun in words. */
export function Count({ of: noun, children }: { of: string; children: number }) {
  return (
    <span className="count">
      <span className="figures">{formatCount(children)}</span> {noun}
      {children === 1 ? '' : 's'}
    </span>
  )
}
