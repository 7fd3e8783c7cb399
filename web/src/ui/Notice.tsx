import type { ReactNode } from 'react'
import { describeError } from '../api/problem.ts'
import { Button } from './Button.tsx'
import { Icon } from './Icon.tsx'
import { Words } from './Words.tsx'

/** What went wrong, beside the control that it belongs to, with the way on where there is one. */
export function ErrorNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <div className="notice" role="alert">
      <Icon name="failed" />
      <p>
        <Words>{describeError(error)}</Words>
      </p>
      {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
    </div>
  )
}

export function CalmNotice({ children }: { children: ReactNode }) {
  return (
    <div className="notice calm" role="status">
      <Icon name="waiting" />
      <p>{children}</p>
    </div>
  )
}
