import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { queryKeys } from '../api/queryKeys.ts'
import { useLiveState, useSession } from '../api/useSession.ts'
import { findDashboard, logout } from '../features/accounts/calls.ts'
import { Button } from '../ui/Button.tsx'
import { formatCount } from '../ui/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { Wordmark } from '../ui/Wordmark.tsx'

export function TopBar() {
  const session = useSession()
  const signOut = useMutation({ mutationFn: logout })
  const user = session.phase === 'signedIn' ? session.user : undefined
  return (
    <header className="top-bar">
      <Link href="/" className="top-bar-home" aria-label="Vitascope, your projects">
        <Wordmark />
      </Link>
      <Connection />
      <Credits />
      <span className="top-bar-user quiet small">{user?.name === '' ? user.email : user?.name}</span>
      <Button
        tone="plain"
        isPending={signOut.isPending}
        pendingWords="Signing out"
        onClick={() => signOut.mutate()}
      >
        Sign out
      </Button>
    </header>
  )
}

function Credits() {
  const { data } = useQuery({ queryKey: queryKeys.dashboard, queryFn: findDashboard })
  if (data === undefined) return <span className="top-bar-credits" />
  const { balance, reserved } = data.credits
  return (
    <span className="top-bar-credits small" title="What you can still spend">
      <span className="figures">{formatCount(balance)}</span> credits
      {reserved > 0 && (
        <span className="quiet top-bar-reserved">
          {' + '}
          <span className="figures">{formatCount(reserved)}</span> reserved
        </span>
      )}
    </span>
  )
}

/** Said only when something is wrong. */
function Connection() {
  const isWaiting = useLiveState() === 'waiting'
  return (
    <span role="status" className="top-bar-connection">
      {isWaiting && (
        <span className="mark waiting">
          <Icon name="waiting" />
          Reconnecting
        </span>
      )}
    </span>
  )
}
