import { QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react'
import { session } from '../api/client.ts'
import { useSession } from '../api/useSession.ts'
import { Button } from '../ui/Button.tsx'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { createQueryClient } from './queryClient.ts'
import { SignedInPages } from './SignedInPages.tsx'
import './app.css'

/** Not fetched by those who are signed in already, which is most. */
const AccountPage = lazy(async () => {
  const { AccountPage: Page } = await import('../features/accounts/AccountPage.tsx')
  return { default: Page }
})

/** Decides by the session what there is to see; the address is kept, so that a deep link survives signing in. */
export function App() {
  const state = useSession()
  useEffect(() => {
    void session.restore()
  }, [])

  switch (state.phase) {
    case 'restoring':
      return <main className="page" aria-busy="true" />
    case 'unreachable':
      return <Unreachable />
    case 'signedOut':
      return (
        <UserCache key="nobody">
          <Suspense fallback={<main className="page" aria-busy="true" />}>
            <AccountPage isExpired={state.reason === 'expired'} />
          </Suspense>
        </UserCache>
      )
    case 'signedIn':
      return (
        <UserCache key={state.user.id}>
          <SignedInPages user={state.user} />
        </UserCache>
      )
  }
}

/** One cache for one user: another's answers never show. */
function UserCache({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient)
  return (
    <QueryClientProvider client={queryClient}>
      <ErrorBoundary>{children}</ErrorBoundary>
    </QueryClientProvider>
  )
}

function Unreachable() {
  return (
    <main className="page page-message">
      <h1>Vitascope does not answer</h1>
      <p>You are still signed in. The server may be starting; nothing that you saved is lost.</p>
      <Button tone="primary" onClick={() => void session.restore()}>
        Try again
      </Button>
    </main>
  )
}
