import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Scene, Template } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import {
  addScene,
  deleteScene,
  findTaggedScene,
  listAllScenes,
  orderProjectScenes,
  updatePrompt,
  updateScene,
  type NewScene,
} from './calls.ts'
import { orderScenes } from './order.ts'
import { savePrompt } from './savePrompt.ts'

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
  const put = (scene: Scene) =>
    queryClient.setQueryData<Scene[]>(key, (scenes) => {
      if (scenes === undefined) return undefined
      const others = scenes.filter(({ id }) => id !== scene.id)
      return others.toSpliced(scene.position, 0, scene)
    })

  return {
    add: useMutation({
      mutationFn: (scene: NewScene) => addScene(projectId, scene),
      onSuccess: async (scene) => {
        await queryClient.cancelQueries({ queryKey: key })
        put(scene)
        void refresh()
      },
    }),
    /** One after the other, so that they stand in the template's order. */
    addTemplate: async ({ scenes }: Template) => {
      try {
        for (const { prompt, durationSeconds } of scenes)
          await addScene(projectId, { prompt, durationSeconds })
      } finally {
        await refresh()
      }
    },
    savePrompt: async (id: string, prompt: string, base: string) => {
      const saved = await savePrompt(prompt, base, {
        find: () => findTaggedScene(id),
        write: (words, etag) => updatePrompt(id, words, etag),
      })
      // The list knows it at once, so that leaving a scene and coming back shows what was written; a list that was
      // asked for before must not bring the old words back.
      await queryClient.cancelQueries({ queryKey: key })
      queryClient.setQueryData<Scene[]>(key, (scenes) =>
        scenes?.map((scene) =>
          scene.id === id ? { ...scene, prompt: saved.text, updatedAt: saved.updatedAt } : scene,
        ),
      )
      void refresh()
      return saved
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
      // One order after the other: the last that was made by hand is the last that the server hears of.
      scope: { id: `order of ${projectId}` },
      // The strip moves at once; should the server refuse, it moves back and the problem is shown beside it.
      onMutate: async (ids) => {
        await queryClient.cancelQueries({ queryKey: key })
        const before = queryClient.getQueryData<Scene[]>(key)?.map(({ id }) => id)
        queryClient.setQueryData<Scene[]>(key, (scenes) => scenes && orderScenes(scenes, ids))
        return { before }
      },
      onError: (_error, _ids, context) =>
        queryClient.setQueryData<Scene[]>(
          key,
          (scenes) => scenes && orderScenes(scenes, context?.before ?? []),
        ),
      onSettled: refresh,
    }),
  }
}
