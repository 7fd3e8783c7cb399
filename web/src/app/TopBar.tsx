import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from 'wouter'
import { queryKeys } from '../api/queryKeys.ts'
import type { User } from '../api/model.ts'
import { findDashboard } from '../features/accounts/calls.ts'
import { formatCount } from '../ui/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { Wordmark } from '../ui/Wordmark.tsx'
import { AccountMenu } from './AccountMenu.tsx'
import { Connection } from './Connection.tsx'
import { isWithin, navOf } from './navigation.ts'

interface TopBarProps {
  user: User
  onSearch: () => void
}

/** What stands above every page; on a narrow screen the links to pages stand below it instead. */
export function TopBar({ user, onSearch }: TopBarProps) {
  return (
    <header className="top-bar">
      <Link href="/" className="top-bar-home" aria-label="Vitascope, home">
        <Wordmark />
      </Link>
      <MainNav user={user} />
      <Connection />
      <button
        type="button"
        className="button top-bar-search"
        aria-label="Search and commands"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={onSearch}
      >
        <Icon name="search" />
        <kbd className="top-bar-key" aria-hidden="true">
          {isApple() ? '⌘' : 'Ctrl '}K
        </kbd>
      </button>
      <Credits />
      <Notifications />
      <AccountMenu user={user} />
    </header>
  )
}

function MainNav({ user }: { user: User }) {
  const [path] = useLocation()
  return (
    <nav className="main-nav" aria-label="Main">
      {navOf('main', user.role).map(({ href, title, icon }) => (
        <Link
          key={href}
          href={href}
          className="main-nav-link"
          aria-current={isWithin(path, href) ? 'page' : undefined}
        >
          <Icon name={icon} />
          {title}
        </Link>
      ))}
    </nav>
  )
}

function useDashboard() {
  return useQuery({ queryKey: queryKeys.dashboard, queryFn: findDashboard }).data
}

function Credits() {
  const credits = useDashboard()?.credits
  if (credits === undefined) return <span className="top-bar-credits" />
  const { balance, reserved } = credits
  return (
    <Link href="/credits" className="top-bar-credits small" title="What you can still spend">
      <span className="figures">{formatCount(balance)}</span> credits
      {reserved > 0 && (
        <span className="quiet top-bar-reserved">
          {' + '}
          <span className="figures">{formatCount(reserved)}</span> reserved
        </span>
      )}
    </Link>
  )
}

/** More than this is said as "99+": the number is not read any more, only that there are many. */
const UNREAD_SHOWN_MAX = 99

function Notifications() {
  const unread = useDashboard()?.unreadNotifications ?? 0
  const words = unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`
  return (
    <Link href="/notifications" className="button icon-only top-bar-bell" aria-label={words} title={words}>
      <Icon name="bell" />
      {unread > 0 && (
        <span className="top-bar-unread figures" aria-hidden="true">
          {unread > UNREAD_SHOWN_MAX ? `${UNREAD_SHOWN_MAX}+` : unread}
        </span>
      )}
    </Link>
  )
}

function isApple(): boolean {
  return /mac|iphone|ipad/i.test(window.navigator.userAgent)
}
