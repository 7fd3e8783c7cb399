import type { ReactNode } from 'react'

interface EmptyStateProps {
  /** One sentence that says what will be here. */
  children: ReactNode
  /** The one thing that begins it. */
  action?: ReactNode
  /** What it will look like. */
  example?: ReactNode
}

export function EmptyState({ children, action, example }: EmptyStateProps) {
  return (
    <div className="empty-state">
      {example}
      <p className="quiet">{children}</p>
      {action}
    </div>
  )
}
