/**
 * Where one was on each page of the history. The browser's own memory gives up on pages whose rows are made while one
 * scrolls, so this takes its place.
 */

/** Pages kept; the oldest goes first. */
const PAGES_MAX = 50

interface Entry {
  entry?: string
}

type Frame = Pick<Window, 'history' | 'scrollY' | 'addEventListener' | 'removeEventListener'>

export class ScrollMemory {
  #window: Frame
  #places = new Map<string, number>()
  #current = ''
  #made = 0

  constructor(frame: Frame) {
    this.#window = frame
  }

  start(): () => void {
    const { history } = this.#window
    history.scrollRestoration = 'manual'
    const note = () => this.#note()
    this.#window.addEventListener('scroll', note, { passive: true })
    return () => {
      history.scrollRestoration = 'auto'
      this.#window.removeEventListener('scroll', note)
    }
  }

  /** To be called when the address has changed; where one was if one has come back, else undefined. */
  arrive(): number | undefined {
    const { history } = this.#window
    const state = history.state as Entry | null
    // Only an entry that one has been to has a name. The event that tells of going back may come after its page.
    if (state?.entry !== undefined) {
      this.#current = state.entry
      return this.#places.get(state.entry)
    }
    this.#made += 1
    this.#current = `${Date.now()} ${this.#made}`
    history.replaceState({ ...state, entry: this.#current }, '')
    return undefined
  }

  #note(): void {
    this.#places.delete(this.#current)
    this.#places.set(this.#current, this.#window.scrollY)
    for (const oldest of this.#places.keys()) {
      if (this.#places.size <= PAGES_MAX) break
      this.#places.delete(oldest)
    }
  }
}
