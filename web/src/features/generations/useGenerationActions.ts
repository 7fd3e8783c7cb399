import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { GenerateIn, GenerateOut, GenerationStatus, Scene } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { cancelGeneration, generate, retryGeneration, selectGeneration } from './calls.ts'

/**
 * What one can do with the generations of a scene; each refreshes what it makes stale. `onAccepted` is told of every
 * new generation.
 */
export function useGenerationActions(scene: Scene, onAccepted: (generationId: string) => void) {
  const { id: sceneId, projectId } = scene
  const refresh = useRefreshGenerations(projectId, sceneId)
  const queryClient = useQueryClient()

  async function followAccepted(accepted: GenerateOut): Promise<void> {
    onAccepted(accepted.generationId)
    queryClient.setQueryData<GenerationStatus>(queryKeys.generationStatus(accepted.generationId), {
      id: accepted.generationId,
      status: accepted.status,
      progress: 0,
      stage: null,
      thumbnailUrl: null,
      videoUrl: null,
      error: null,
      // Older than anything that the server will say about it.
      updatedAt: new Date(0).toISOString(),
      queuePosition: accepted.queuePosition,
      estimatedWaitSeconds: accepted.estimatedWaitSeconds,
      queuePaused: accepted.estimatedWaitSeconds === null,
    })
    await refresh()
  }

  return {
    generate: useMutation({
      mutationFn: (body: GenerateIn) => generate(projectId, body),
      onSuccess: followAccepted,
    }),
    retry: useMutation({ mutationFn: retryGeneration, onSuccess: followAccepted }),
    cancel: useMutation({
      mutationFn: cancelGeneration,
      onSuccess: (status) => queryClient.setQueryData(queryKeys.generationStatus(status.id), status),
      onSettled: refresh,
    }),
    select: useMutation({
      mutationFn: (generationId: string) => selectGeneration(sceneId, generationId),
      onSuccess: refresh,
    }),
  }
}

/** Asks again for everything that shows a scene's generations or what they cost. */
export function useRefreshGenerations(projectId: string, sceneId: string): () => Promise<void> {
  const queryClient = useQueryClient()
  return async () => {
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: queryKeys.generations(sceneId) }),
      queryClient.invalidateQueries({ queryKey: queryKeys.project(projectId) }),
      queryClient.invalidateQueries({ queryKey: queryKeys.projects }),
      queryClient.invalidateQueries({ queryKey: queryKeys.dashboard }),
    ])
  }
}
