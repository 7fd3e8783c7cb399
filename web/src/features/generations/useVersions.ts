import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Generation, Scene } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { listGenerations } from './calls.ts'
import { isFinal } from './mergeLive.ts'

export type Versions = ReturnType<typeof useVersions>

/** A scene's generations, newest first, and which of them is being looked at. */
export function useVersions(scene: Scene) {
  const [wantedId, setWantedId] = useState<string>()
  const query = useInfiniteQuery({
    queryKey: queryKeys.generations(scene.id),
    queryFn: ({ pageParam }) => listGenerations(scene.id, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
  const list = query.data?.pages.flatMap((page) => page.generations) ?? []
  const viewed =
    list.find((generation) => generation.id === wantedId) ?? firstToView(list, scene.selectedGenerationId)
  return { query, list, viewed, view: setWantedId }
}

/** What is being made comes first, then what the film uses, then the newest that can be played. */
export function firstToView(list: Generation[], selectedId: string | null): Generation | undefined {
  return (
    list.find((generation) => !isFinal(generation.status)) ??
    list.find((generation) => generation.id === selectedId) ??
    list.find((generation) => generation.status === 'completed') ??
    list[0]
  )
}
