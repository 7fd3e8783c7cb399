import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { Generation, Scene } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import type { EditorView } from '../projects/editorAddress.ts'
import { findGeneration, listGenerations } from './calls.ts'
import { isFinal } from './mergeLive.ts'

export type Versions = ReturnType<typeof useVersions>

/** A scene's generations, newest first, and which of them the address puts on the table. */
export function useVersions(scene: Scene, view: EditorView, onView: (view: EditorView) => void) {
  const query = useInfiniteQuery({
    queryKey: queryKeys.generations(scene.id),
    queryFn: ({ pageParam }) => listGenerations(scene.id, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
  const list = query.data?.pages.flatMap((page) => page.generations) ?? []
  const wanted = usePicked(view.version, list, scene.id)
  const first = usePicked(view.compare?.[0], list, scene.id)
  const second = usePicked(view.compare?.[1], list, scene.id)

  // An answer may come when another scene is on the table; it must not bring this one back.
  const isHere = useRef(true)
  useEffect(() => {
    isHere.current = true
    return () => {
      isHere.current = false
    }
  }, [])
  const show = (next: EditorView) => {
    if (isHere.current) onView(next)
  }
  return {
    query,
    list,
    viewed: wanted ?? firstToView(list, scene.selectedGenerationId),
    /** The two side by side. */
    compared: first !== undefined && second !== undefined ? ([first, second] as const) : undefined,
    view: (id: string) => show({ version: id }),
    compare: (one: string, other: string) => show({ compare: [one, other] }),
  }
}

/** A generation that the address names: from the list, or asked for by itself when the list does not go back so far. */
function usePicked(id: string | undefined, list: Generation[], sceneId: string): Generation | undefined {
  const listed = list.find((generation) => generation.id === id)
  const { data } = useQuery({
    queryKey: queryKeys.generation(id ?? ''),
    queryFn: () => findGeneration(id ?? ''),
    enabled: id !== undefined && listed === undefined && list.length > 0,
    retry: false,
  })
  if (id === undefined) return undefined
  return listed ?? (data?.sceneId === sceneId ? data : undefined)
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
