import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Scene } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { addScene, deleteScene, listAllScenes, orderProjectScenes, updateScene } from './calls.ts'
import { orderScenes } from './order.ts'

export function useScenes(projectId: string) {
  return useQuery({ queryKey: queryKeys.scenes(projectId), queryFn: () => listAllScenes(projectId) })
}

export type SceneActions = ReturnType<typeof useSceneActions>

export function useSceneActions(projectId: string) {
  const queryClient = useQueryClient()
  const key = queryKeys.scenes(projectId)

  const refresh = async () => {
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: queryKeys.project(projectId) }),
      queryClient.invalidateQueries({ queryKey: queryKeys.projects }),
      queryClient.invalidateQueries({ queryKey: queryKeys.dashboard }),
    ])
  }

  return {
    add: useMutation({
      mutationFn: (prompt: string) => addScene(projectId, prompt),
      onSuccess: (scene) => {
        queryClient.setQueryData<Scene[]>(key, (scenes) => [...(scenes ?? []), scene])
        void refresh()
      },
    }),
    savePrompt: async (id: string, prompt: string) => {
      // The list says it first, so that leaving a scene and coming back at once shows what was written.
      const before = queryClient.getQueryData<Scene[]>(key)
      const write = (text: string) =>
        queryClient.setQueryData<Scene[]>(key, (scenes) =>
          scenes?.map((scene) => (scene.id === id ? { ...scene, prompt: text } : scene)),
        )
      write(prompt)
      try {
        await updateScene(id, { prompt })
        void queryClient.invalidateQueries({ queryKey: queryKeys.projects })
      } catch (error) {
        const kept = before?.find((scene) => scene.id === id)
        if (kept !== undefined) write(kept.prompt)
        throw error
      }
    },
    resize: useMutation({
      mutationFn: ({ id, durationSeconds }: { id: string; durationSeconds: number }) =>
        updateScene(id, { durationSeconds }),
      onSuccess: () => void refresh(),
    }),
    remove: useMutation({
      mutationFn: deleteScene,
      onSuccess: () => void refresh(),
    }),
    order: useMutation({
      mutationFn: (ids: readonly string[]) => orderProjectScenes(projectId, [...ids]),
      // The strip moves at once; should the server refuse, it moves back and the problem is shown beside it.
      onMutate: async (ids) => {
        await queryClient.cancelQueries({ queryKey: key })
        const before = queryClient.getQueryData<Scene[]>(key)
        queryClient.setQueryData<Scene[]>(key, (scenes) => scenes && orderScenes(scenes, ids))
        return { before }
      },
      onError: (_error, _ids, context) => queryClient.setQueryData(key, context?.before),
      onSettled: refresh,
    }),
  }
}
