import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { queryKeys } from '../../api/queryKeys.ts'
import { createRequestKey } from '../../api/requestKey.ts'
import { asksAgain, sendBatch, type Ask, type BatchItem } from './batch.ts'
import { generate } from './calls.ts'

/** Asks for the clips of many scenes and keeps what became of each ask. */
export function useBatch(projectId: string) {
  const queryClient = useQueryClient()
  const [items, setItems] = useState<BatchItem[]>([])
  const tell = (sceneId: string, ask: Ask) =>
    setItems((known) => known.map((item) => (item.sceneId === sceneId ? { ...item, ask } : item)))

  const { mutate, isPending } = useMutation({
    mutationFn: (asked: BatchItem[]) =>
      sendBatch(asked, (item) => generate(projectId, item.body, item.key), tell),
    onSettled: async (_result, _error, asked) => {
      await Promise.all([
        ...asked.map(({ sceneId }) =>
          queryClient.invalidateQueries({ queryKey: queryKeys.generations(sceneId) }),
        ),
        queryClient.invalidateQueries({ queryKey: queryKeys.project(projectId) }),
        queryClient.invalidateQueries({ queryKey: queryKeys.projects }),
        queryClient.invalidateQueries({ queryKey: queryKeys.dashboard }),
      ])
    },
  })
  const start = (asked: BatchItem[]) => {
    setItems(asked)
    mutate(asked)
  }
  return {
    items,
    isPending,
    start,
    startAgain: () => start(asksAgain(items, createRequestKey)),
  }
}
