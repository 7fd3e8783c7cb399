import { Problem, unreachable } from '../api/problem.ts'

/**
 * A part of the app that can't be fetched is usually one of the build before a deploy, which the server no longer has:
 * loading the page again brings the new build. It is done once for a build, or a part that is really missing would load
 * the page for ever.
 */

const KEY = 'vitascope.reloadedBuild'

/** Never the same for two builds: the address of this very file has a digest of the build in it. */
const BUILD = import.meta.url

interface NewBuildDeps {
  storage: Pick<Storage, 'getItem' | 'setItem'>
  /** Whether the server answers at all. */
  isReachable: () => Promise<boolean>
  reload: () => void
}

const BROWSER: NewBuildDeps = {
  get storage() {
    return window.sessionStorage
  },
  isReachable: async () => {
    try {
      return (await window.fetch('/', { method: 'HEAD', cache: 'no-store' })).ok
    } catch {
      return false
    }
  },
  reload: () => window.location.reload(),
}

/** Loads the page again if that may help, and gives the words for where it can't. */
export async function reloadForNewBuild(deps: NewBuildDeps = BROWSER): Promise<Problem> {
  if (!(await deps.isReachable())) return unreachable()
  if (deps.storage.getItem(KEY) === BUILD) return missing()
  deps.storage.setItem(KEY, BUILD)
  deps.reload()
  // The page goes away; until it has, nothing else may be said about it.
  return new Promise(() => undefined)
}

function missing(): Problem {
  return new Problem({
    status: 0,
    code: 'PAGE_MISSING',
    detail:
      'The server does not have a part of this page. It may be in the middle of an update; what you saved is kept. Load the page again in a minute.',
  })
}
