import { Component, type ReactNode } from 'react'
import { Button } from '../ui/Button.tsx'

interface State {
  hasFailed: boolean
}

/** The last net: a page that breaks, or whose code could not be fetched, says so and can be opened again. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { hasFailed: false }

  static getDerivedStateFromError(): State {
    return { hasFailed: true }
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children
    return (
      <main className="page page-message">
        <h1>This page could not be shown</h1>
        <p>What you saved is kept. Loading the page again usually mends it.</p>
        <Button tone="primary" onClick={() => window.location.reload()}>
          Load again
        </Button>
      </main>
    )
  }
}
