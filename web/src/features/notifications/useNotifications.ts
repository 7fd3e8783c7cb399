import { useInfiniteQuery, useMutation, useQueryClient, type InfiniteData } from '@tanstack/react-query'
import type { Dashboard } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { listNotifications, readNotifications } from './calls.ts'
import { markRead } from './read.ts'

type Pages = InfiniteData<Awaited<ReturnType<typeof listNotifications>>, string | undefined>

export function useNotifications() {
  return useInfiniteQuery({
    queryKey: queryKeys.notifications,
    queryFn: ({ pageParam }) => listNotifications(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
}

/** Marks notifications as read, at once; should the server refuse, they are unread again and the problem is shown. */
export function useReadNotifications() {
  const queryClient = useQueryClient()
  const key = queryKeys.notifications
  return useMutation({
    mutationFn: readNotifications,
    onMutate: async (ids) => {
      await queryClient.cancelQueries({ queryKey: key })
      const before = queryClient.getQueryData<Pages>(key)
      const dashboard = queryClient.getQueryData<Dashboard>(queryKeys.dashboard)
      const readAt = new Date().toISOString()
      queryClient.setQueryData<Pages>(
        key,
        (data) => data && { ...data, pages: markRead(data.pages, ids, readAt) },
      )
      queryClient.setQueryData<Dashboard>(
        queryKeys.dashboard,
        (data) =>
          data && {
            ...data,
            unreadNotifications: ids === undefined ? 0 : Math.max(0, data.unreadNotifications - ids.length),
          },
      )
      return { before, dashboard }
    },
    onError: (_error, _ids, context) => {
      queryClient.setQueryData(key, context?.before)
      queryClient.setQueryData(queryKeys.dashboard, context?.dashboard)
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: queryKeys.dashboard }),
  })
}
