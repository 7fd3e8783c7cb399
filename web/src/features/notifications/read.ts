import type { Notification } from '../../api/model.ts'

interface NotificationPage {
  notifications: Notification[]
}

/** The pages with some notifications read, or all where none are named. What was read before keeps its time. */
export function markRead<Page extends NotificationPage>(
  pages: readonly Page[],
  ids: readonly string[] | undefined,
  readAt: string,
): Page[] {
  const isMeant = ({ id, readAt: before }: Notification) =>
    before === null && (ids === undefined || ids.includes(id))
  return pages.map((page) => ({
    ...page,
    notifications: page.notifications.map((known) => (isMeant(known) ? { ...known, readAt } : known)),
  }))
}
