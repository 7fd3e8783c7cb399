import { useQuery } from '@tanstack/react-query'
import type { Scene } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { findGeneration } from '../generations/calls.ts'

/** A version's picture does not change, but its address works for an hour or two only. */
const STALE_MS = 1_800_000

/**
 * The picture of the version that the film uses. Lists tell the latest version only, so that another one is asked for,
 * once the scene is looked at.
 */
export function usePoster(scene: Scene, isSeen: boolean): string | null {
  const { selectedGenerationId: chosenId, latestGeneration: latest } = scene
  const isOther = chosenId !== null && chosenId !== latest?.id
  const { data } = useQuery({
    queryKey: queryKeys.generation(chosenId ?? ''),
    queryFn: () => findGeneration(chosenId ?? ''),
    enabled: isOther && isSeen,
    staleTime: STALE_MS,
    retry: false,
  })
  if (isOther) return data?.thumbnailUrl ?? null
  return latest?.thumbnailUrl ?? null
}
