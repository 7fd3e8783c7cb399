import type { ComponentType } from 'react'
import { Problem } from '../api/problem.ts'
import { reloadForNewBuild } from './newBuild.ts'

/** What the address says, by the names of its pattern. */
export type PageProps = Record<string, string | undefined>

type PageComponent = ComponentType<PageProps>

/** How long the code of a page may take; longer than any page needs on a slow line, shorter than patience. */
export const LOAD_MS_MAX = 10_000

const ATTEMPTS_MAX = 2

/** The code of a page, fetched when it is first wanted: when its link is pointed at, or when it is opened. */
export class LazyPage {
  #load: () => Promise<{ default: PageComponent }>
  #component: PageComponent | undefined
  #loading: Promise<PageComponent> | undefined
  #hasFailed = false

  constructor(load: () => Promise<{ default: PageComponent }>) {
    this.#load = load
  }

  /** There at once when it has been fetched. */
  get component(): PageComponent | undefined {
    return this.#component
  }

  /** The same promise for all who ask, until it has failed and `forgetFailure` was called. */
  load(): Promise<PageComponent> {
    if (this.#loading === undefined) {
      this.#loading = this.#loadPatiently()
      // Who points at a link does not wait for the answer; who opens the page is told.
      this.#loading.catch(() => {
        this.#hasFailed = true
      })
    }
    return this.#loading
  }

  /** Lets the next `load` try again. */
  forgetFailure(): void {
    if (this.#hasFailed) this.#loading = undefined
    this.#hasFailed = false
  }

  async #loadPatiently(): Promise<PageComponent> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const module = await withTimeLimit(this.#load())
        this.#component = module.default
        return module.default
      } catch (error) {
        if (attempt < ATTEMPTS_MAX) continue
        throw error instanceof Problem ? error : await reloadForNewBuild()
      }
    }
  }
}

async function withTimeLimit<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(tooSlow()), LOAD_MS_MAX)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}

function tooSlow(): Problem {
  return new Problem({
    status: 0,
    code: 'PAGE_TOO_SLOW',
    detail: `This page was not here after ${LOAD_MS_MAX / 1000} s. What you saved is kept; try again.`,
  })
}
