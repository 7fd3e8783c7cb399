import { useSyncExternalStore } from 'react'
import { live, session } from './client.ts'
import type { LiveState } from './live.ts'
import type { SessionState } from './session.ts'

export function useSession(): SessionState {
  return useSyncExternalStore(session.subscribe, () => session.state)
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(live.subscribeState, () => live.state)
}
