import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { live } from '../../api/client.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { useLiveState } from '../../api/useSession.ts'
import { findJob, isJobFinal } from './calls.ts'

const POLL_MS = 1_500
const SAFETY_POLL_MS = 10_000

/** A job while it runs. A message from the socket only says that there is news; the job itself is then asked for. */
export function useJob(id: string | undefined) {
  const queryClient = useQueryClient()
  const isLive = useLiveState() === 'open'
  const query = useQuery({
    queryKey: queryKeys.job(id ?? ''),
    queryFn: () => findJob(id ?? ''),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => {
      if (state.data !== undefined && isJobFinal(state.data.status)) return false
      return isLive ? SAFETY_POLL_MS : POLL_MS
    },
  })

  const isRunning = id !== undefined && (query.data === undefined || !isJobFinal(query.data.status))
  useEffect(() => {
    if (!isRunning) return
    return live.subscribe({ jobId: id }, () => {
      void queryClient.invalidateQueries({ queryKey: queryKeys.job(id) })
    })
  }, [id, isRunning, queryClient])

  return query
}
