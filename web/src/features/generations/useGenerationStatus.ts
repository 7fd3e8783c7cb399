import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { live } from '../../api/client.ts'
import type { GenerationBrief, GenerationStatus } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { useLiveState } from '../../api/useSession.ts'
import { findStatus } from './calls.ts'
import { isFinal, laterStatus, mergeLive } from './mergeLive.ts'

/** How often the status is asked for while the socket is down. */
const POLL_MS = 2_000

/** How often it is asked for beside a socket that works, in case a message was lost. */
const SAFETY_POLL_MS = 20_000

/** What a list says about a generation: at least its state, at most everything. */
export type KnownGeneration = GenerationBrief & Partial<GenerationStatus>

/** The status of a generation, moving while it moves. */
export function useGenerationStatus(known: KnownGeneration): GenerationStatus {
  const queryClient = useQueryClient()
  const isLive = useLiveState() === 'open'
  const { id } = known
  const queryKey = queryKeys.generationStatus(id)
  const isRunning = !isFinal(known.status)

  const { data } = useQuery({
    queryKey,
    queryFn: async () => laterStatus(queryClient.getQueryData(queryKey), await findStatus(id)),
    enabled: isRunning,
    initialData: () => fullStatus(known),
    initialDataUpdatedAt: 0,
    refetchInterval: ({ state }) => {
      if (state.data !== undefined && isFinal(state.data.status)) return false
      return isLive ? SAFETY_POLL_MS : POLL_MS
    },
  })

  const isWatched = isRunning && !isFinal(data.status)
  useEffect(() => {
    if (!isWatched) return
    return live.subscribe({ generationId: id }, (message) => {
      queryClient.setQueryData<GenerationStatus>(
        queryKeys.generationStatus(id),
        (current) => current && mergeLive(current, message),
      )
    })
  }, [id, isWatched, queryClient])

  // A list is asked for again once a generation has ended, and then knows more than its last message said.
  return isRunning ? data : fullStatus(known)
}

/** Whether a generation that a list still calls running has ended meanwhile. */
export function hasJustEnded(known: KnownGeneration, status: GenerationStatus): boolean {
  return !isFinal(known.status) && isFinal(status.status)
}

function fullStatus(known: KnownGeneration): GenerationStatus {
  return { stage: null, videoUrl: null, error: null, updatedAt: known.createdAt, ...known }
}
