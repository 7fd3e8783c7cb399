import { Link } from 'wouter'
import type { Notification } from '../../api/model.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Icon, type IconName } from '../../ui/Icon.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { TimeAgo } from '../../ui/TimeAgo.tsx'
import { useTitle } from '../../ui/useTitle.ts'
import { VirtualList } from '../../ui/VirtualList.tsx'
import { Words } from '../../ui/Words.tsx'
import { isOwnPath } from '../accounts/ownPath.ts'
import { pathOfLink } from './links.ts'
import { useNotifications, useReadNotifications } from './useNotifications.ts'
import './notifications.css'

export default function NotificationsPage() {
  useTitle('Notifications')
  const query = useNotifications()
  const read = useReadNotifications()
  const list = query.data?.pages.flatMap((page) => page.notifications) ?? []
  const hasUnread = query.hasNextPage || list.some(({ readAt }) => readAt === null)
  return (
    <main className="page notifications" id="content" aria-busy={query.isPending}>
      <div className="notifications-head">
        <h1>Notifications</h1>
        {list.length > 0 && (
          <Button
            icon="done"
            disabled={!hasUnread}
            isPending={read.isPending && read.variables === undefined}
            pendingWords="Marking"
            onClick={() => read.mutate(undefined)}
          >
            Mark all as read
          </Button>
        )}
      </div>
      {read.error !== null && <ErrorNotice error={read.error} />}
      <VirtualList
        label="Notifications"
        memoryKey="notifications"
        query={query}
        itemsOf={(page) => page.notifications}
        keyOf={(notification) => notification.id}
        estimatedHeight={61}
        renderItem={(notification) => (
          <NotificationRow notification={notification} onRead={() => read.mutate([notification.id])} />
        )}
        empty={<Nothing />}
      />
    </main>
  )
}

const ICONS: Record<string, { icon: IconName; tone: string; word: string }> = {
  generation_completed: { icon: 'done', tone: 'done', word: 'Ready' },
  generation_failed: { icon: 'failed', tone: 'failed', word: 'Failed' },
}

interface NotificationRowProps {
  notification: Notification
  onRead: () => void
}

function NotificationRow({ notification, onRead }: NotificationRowProps) {
  const { kind, title, body, link, readAt, createdAt } = notification
  const mark = ICONS[kind] ?? { icon: 'waiting' as const, tone: 'waiting', word: 'News' }
  const isUnread = readAt === null
  const path = link === null ? undefined : pathOfLink(link)
  return (
    <div className={isUnread ? 'notification unread' : 'notification'}>
      <span className={`mark ${mark.tone}`}>
        <Icon name={mark.icon} />
        <span className="notification-word">{mark.word}</span>
      </span>
      <div className="notification-words">
        <p>
          {isUnread && <span className="visually-hidden">Unread: </span>}
          {path !== undefined && isOwnPath(path) ? (
            <Link href={path} onClick={() => isUnread && onRead()}>
              {title}
            </Link>
          ) : (
            title
          )}
        </p>
        {body !== '' && (
          <p className="small quiet">
            <Words>{body}</Words>
          </p>
        )}
      </div>
      <span className="notification-when small quiet">
        <TimeAgo time={createdAt} />
      </span>
      <span className="notification-act">
        {isUnread && <IconButton icon="done" label={`Mark as read: ${title}`} onClick={onRead} />}
      </span>
    </div>
  )
}

function Nothing() {
  return (
    <EmptyState
      example={
        <div className="notification example" aria-hidden="true">
          <span className="mark done">
            <Icon name="done" />
            <span className="notification-word">Ready</span>
          </span>
          <div className="notification-words">
            <p>Your clip is ready: a calm sea under a full moon</p>
          </div>
          <span className="notification-when small quiet">2 min ago</span>
          <span className="notification-act" />
        </div>
      }
      action={
        <Link href="/projects" className="button">
          To your projects
        </Link>
      }
    >
      Nothing yet. When a clip is ready, or fails, while you are elsewhere, it is said here, like this.
    </EmptyState>
  )
}
