import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { AdminJobDetail } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { cancelJob, requeueJob, setJobPriority } from './calls.ts'

/** What an operator can do about a job; each act refreshes what shows it. */
export function useJobActs(id: string) {
  const queryClient = useQueryClient()
  const show = async (job: AdminJobDetail) => {
    queryClient.setQueryData(queryKeys.adminJob(id), job)
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: queryKeys.allQueueJobs }),
      queryClient.invalidateQueries({ queryKey: queryKeys.queues }),
      queryClient.invalidateQueries({ queryKey: queryKeys.audit }),
    ])
  }
  return {
    requeue: useMutation({ mutationFn: () => requeueJob(id), onSuccess: show }),
    cancel: useMutation({ mutationFn: () => cancelJob(id), onSuccess: show }),
    move: useMutation({ mutationFn: (priority: number) => setJobPriority(id, priority), onSuccess: show }),
  }
}
