import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { GenerationStatus } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { hasJustEnded, type KnownGeneration } from '../generations/useGenerationStatus.ts'
import { findProject } from './calls.ts'
import { replaceProject, type ProjectPages } from './replaceProject.ts'

/**
 * Once a generation has ended that a list still calls running, asks again for its project and for the sums, but not for
 * every page of the list.
 */
export function useRefreshWhenEnded(
  known: KnownGeneration,
  status: GenerationStatus,
  projectId: string,
): void {
  const queryClient = useQueryClient()
  const hasEnded = hasJustEnded(known, status)
  useEffect(() => {
    if (!hasEnded) return
    void queryClient.invalidateQueries({ queryKey: queryKeys.dashboard })
    // A list that can't be brought up to date now is asked for again when it is next looked at.
    const refresh = async () => {
      const project = await queryClient.query({
        queryKey: queryKeys.project(projectId),
        queryFn: () => findProject(projectId),
        staleTime: 0,
      })
      queryClient.setQueryData<ProjectPages>(
        queryKeys.projects,
        (data) => data && replaceProject(data, project),
      )
    }
    refresh().catch(() => queryClient.invalidateQueries({ queryKey: queryKeys.projects }))
  }, [hasEnded, projectId, queryClient])
}
