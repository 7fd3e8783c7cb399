import { api, unwrap } from '../../api/client.ts'

const PAGE_SIZE = 50

export function listNotifications(cursor: string | undefined) {
  return unwrap(api.GET('/api/notifications', { params: { query: { limit: PAGE_SIZE, cursor } } }))
}

/** Marks those named as read; all, where none are. */
export function readNotifications(ids: string[] | undefined) {
  return unwrap(api.POST('/api/notifications/read', { body: ids === undefined ? {} : { ids } }))
}
