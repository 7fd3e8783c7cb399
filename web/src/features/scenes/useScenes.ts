import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Scene } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { addScene, deleteScene, listAllScenes, orderProjectScenes } from './calls.ts'
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
