import { Component, type ReactNode } from 'react'
import { Problem, describeError } from '../api/problem.ts'
import { Button } from '../ui/Button.tsx'

interface ErrorBoundaryProps {
  children: ReactNode
  /** Called before the children are shown again. Without it there is only loading the whole page again. */
  onRetry?: () => void
}

interface State {
  error: unknown
}

/** A page that breaks, or whose code could not be fetched, says why and can be opened again; the rest of the app stays. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, State> {
  override state: State = { error: undefined }

  static getDerivedStateFromError(error: unknown): State {
    return { error: error ?? new Error('unknown') }
  }

  #retry = () => {
    this.props.onRetry?.()
    this.setState({ error: undefined })
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === undefined) return this.props.children
    const canRetry = this.props.onRetry !== undefined && error instanceof Problem
    return (
      <main className="page page-message" id="content" role="alert">
        <h1>This page could not be shown</h1>
        <p>{describeError(error)}</p>
        <div className="row">
          {canRetry && (
            <Button tone="primary" icon="retry" onClick={this.#retry}>
              Try again
            </Button>
          )}
          <Button tone={canRetry ? 'plain' : 'primary'} onClick={() => window.location.reload()}>
            Load the page again
          </Button>
        </div>
      </main>
    )
  }
}
