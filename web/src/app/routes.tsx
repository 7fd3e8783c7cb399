import type { ComponentType } from 'react'
import type { StringRouteParams } from 'wouter'
import type { IconName } from '../ui/Icon.tsx'
import { LazyPage, type PageProps } from './lazyPage.ts'

/** Every page of somebody who is signed in: a line for each. The navigation and the palette are made of this table. */

export interface PageRoute {
  /** Patterns of one page; the first names it. A page stays as it is while one moves between addresses of its own. */
  paths: readonly string[]
  page: LazyPage
  title: string
  /** Others are told that there is no such page. */
  audience: 'everybody' | 'admin'
  /** The parameter that makes it another page when it changes. */
  identity: string | undefined
  /** Where the navigation shows it; nowhere unless it is said. */
  nav: NavPlace | undefined
}

export interface NavPlace {
  /** `main`: in sight on every page. `account`: in the menu of one's own account. */
  group: 'main' | 'account' | 'admin'
  icon: IconName
}

interface RouteOptions {
  title: string
  audience?: PageRoute['audience']
  identity?: string
  nav?: NavPlace
}

function route<Path extends string>(
  paths: readonly Path[],
  load: () => Promise<{ default: ComponentType<StringRouteParams<Path>> }>,
  { title, audience = 'everybody', identity, nav }: RouteOptions,
): PageRoute {
  // The pattern gives the page the parameters that it names, which the types of `load` hold it to.
  const page = new LazyPage(load as () => Promise<{ default: ComponentType<PageProps> }>)
  return { paths, page, title, audience, identity, nav }
}

export const routes: readonly PageRoute[] = [
  route(['/'], () => import('../features/dashboard/DashboardPage.tsx'), {
    title: 'Home',
    nav: { group: 'main', icon: 'home' },
  }),
  route(['/projects'], () => import('../features/projects/ProjectsPage.tsx'), {
    title: 'Projects',
    nav: { group: 'main', icon: 'film' },
  }),
  route(
    ['/projects/:projectId', '/projects/:projectId/scenes/:sceneId'],
    () => import('../features/projects/ProjectPage.tsx'),
    { title: 'Project', identity: 'projectId' },
  ),
  route(['/credits'], () => import('../features/credits/CreditsPage.tsx'), {
    title: 'Credits',
    nav: { group: 'account', icon: 'coins' },
  }),
  route(['/generations/:generationId'], () => import('../features/credits/GenerationPage.tsx'), {
    title: 'Clip',
    identity: 'generationId',
  }),
  route(['/notifications'], () => import('../features/notifications/NotificationsPage.tsx'), {
    title: 'Notifications',
    nav: { group: 'account', icon: 'bell' },
  }),
  route(['/settings', '/settings/:section'], () => import('../features/settings/SettingsPage.tsx'), {
    title: 'Settings',
    nav: { group: 'account', icon: 'gear' },
  }),
  route(['/admin/queue'], () => import('../features/admin/QueuePage.tsx'), {
    title: 'Queues',
    audience: 'admin',
    nav: { group: 'admin', icon: 'queue' },
  }),
  route(['/admin/users'], () => import('../features/admin/UsersPage.tsx'), {
    title: 'Accounts',
    audience: 'admin',
    nav: { group: 'admin', icon: 'people' },
  }),
  route(['/admin/audit'], () => import('../features/admin/AuditPage.tsx'), {
    title: 'What administrators did',
    audience: 'admin',
  }),
]
