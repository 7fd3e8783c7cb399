import type { User } from '../api/model.ts'
import type { IconName } from '../ui/Icon.tsx'
import { maySee } from './findPage.ts'
import { routes, type NavPlace } from './routes.tsx'

export interface NavEntry {
  href: string
  title: string
  icon: IconName
}

/** The pages of a group that this role may see, in the order of the table. */
export function navOf(group: NavPlace['group'], role: User['role']): NavEntry[] {
  return routes.flatMap((route) => {
    const [href] = route.paths
    if (route.nav?.group !== group || href === undefined || !maySee(route, role)) return []
    return [{ href, title: route.title, icon: route.nav.icon }]
  })
}

/** Whether an address is the page's own or below it. */
export function isWithin(path: string, href: string): boolean {
  return path === href || (href !== '/' && path.startsWith(`${href}/`))
}
