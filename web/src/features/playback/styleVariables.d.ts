import 'react'

type StyleVariables = Record<`--${string}`, string | number | undefined>

declare module 'react' {
  /** Values that the style sheets count with. */
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface CSSProperties extends StyleVariables {}
}
