import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useNow } from '../../ui/useNow.ts'
import { secondsToWait, type Refusal } from './refusal.ts'

/** An attempt that is counted by the server: after too many, the next one has to wait, and how long is counted down. */
export function useAttempt<Input>(attempt: (input: Input) => Promise<void>) {
  const [refusal, setRefusal] = useState<Refusal>()
  const action = useMutation({
    mutationFn: attempt,
    onMutate: () => setRefusal(undefined),
    onError: (error) => setRefusal({ error, atMs: Date.now() }),
  })
  const hasWait = refusal !== undefined && secondsToWait(refusal, refusal.atMs) > 0
  const nowMs = useNow(hasWait)
  // Until it first ticks, the clock stands where it was before the refusal.
  return { ...action, waitSeconds: secondsToWait(refusal, Math.max(nowMs, refusal?.atMs ?? 0)) }
}
