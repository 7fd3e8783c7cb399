import type { User } from '../api/model.ts'
import type { PageProps } from './lazyPage.ts'
import type { PageRoute } from './routes.tsx'

export interface FoundPage {
  route: PageRoute
  params: PageProps
  /** The same for all addresses of one page. */
  key: string
}

/** The page of an address, if there is one that this role may see. */
export function findPage(
  routes: readonly PageRoute[],
  path: string,
  role: User['role'],
): FoundPage | undefined {
  for (const route of routes) {
    if (!maySee(route, role)) continue
    for (const pattern of route.paths) {
      const params = matchPath(pattern, path)
      if (params === undefined) continue
      const identity = route.identity === undefined ? '' : (params[route.identity] ?? '')
      return { route, params, key: `${route.paths[0] ?? ''} ${identity}` }
    }
  }
  return undefined
}

export function maySee(route: PageRoute, role: User['role']): boolean {
  return route.audience === 'everybody' || role === 'admin'
}

/** Patterns are wouter's: `:name` is one part of the address, `:name?` one that need not be there. */
export function matchPath(pattern: string, path: string): PageProps | undefined {
  const wanted = partsOf(pattern)
  const given = partsOf(path)
  if (given.length > wanted.length) return undefined
  const params: PageProps = {}
  for (const [index, part] of wanted.entries()) {
    const value = given[index]
    const name = /^:(\w+)(\??)$/.exec(part)
    if (name?.[1] === undefined) {
      if (value !== part) return undefined
    } else if (value !== undefined) {
      params[name[1]] = decode(value)
    } else if (name[2] === '') {
      return undefined
    }
  }
  return params
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '')
}

/** What is no valid escape stands for itself: a mistyped address is not found, and breaks nothing. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
