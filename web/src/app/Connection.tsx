import { useSyncExternalStore } from 'react'
import { useLiveState } from '../api/useSession.ts'
import type { LiveState } from '../api/live.ts'
import { Icon } from '../ui/Icon.tsx'

/** Said only when something is other than usual. */
export function Connection() {
  const words = describeConnection(useLiveState(), useIsOnline())
  return (
    <span role="status" className="top-bar-connection">
      {words !== undefined && (
        <span className="mark waiting">
          <Icon name="waiting" />
          {words}
        </span>
      )}
    </span>
  )
}

export function describeConnection(state: LiveState, isOnline: boolean): string | undefined {
  if (!isOnline) return 'Offline'
  if (state === 'waiting') return 'Reconnecting'
  return state === 'polling' ? 'Slow updates' : undefined
}

function useIsOnline(): boolean {
  return useSyncExternalStore(subscribeOnline, () => window.navigator.onLine)
}

function subscribeOnline(listener: () => void): () => void {
  window.addEventListener('online', listener)
  window.addEventListener('offline', listener)
  return () => {
    window.removeEventListener('online', listener)
    window.removeEventListener('offline', listener)
  }
}
