/** How long typing rests before it is saved. */
export const REST_MS = 700

export type SaveState =
  { kind: 'saved' } | { kind: 'unsaved' } | { kind: 'saving' } | { kind: 'failed'; error: unknown }

/**
 * A text that saves itself when typing rests and on `flush`. One save runs at a time, so that an older text never
 * overwrites a newer one; a failed save keeps the text, and the next change or `flush` tries again.
 */
export class Autosave {
  #text: string
  #saved: string
  #state: SaveState = { kind: 'saved' }
  #running: Promise<void> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #save: (text: string) => Promise<unknown>
  #listeners = new Set<() => void>()

  constructor(initial: string, save: (text: string) => Promise<unknown>) {
    this.#text = initial
    this.#saved = initial
    this.#save = save
  }

  get text(): string {
    return this.#text
  }

  get state(): SaveState {
    return this.#state
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly change = (text: string): void => {
    this.#text = text
    if (this.#running === undefined) this.#settle()
    else this.#tell()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.flush(), REST_MS)
  }

  /** Saves what is not saved yet; resolves when that has succeeded or failed. */
  readonly flush = async (): Promise<void> => {
    clearTimeout(this.#timer)
    await this.#running
    if (this.#text === this.#saved) return
    this.#running = this.#saveOnce(this.#text).finally(() => {
      this.#running = undefined
    })
    await this.#running
  }

  async #saveOnce(text: string): Promise<void> {
    this.#set({ kind: 'saving' })
    try {
      await this.#save(text)
      this.#saved = text
      this.#settle()
    } catch (error) {
      this.#set({ kind: 'failed', error })
    }
  }

  #settle(): void {
    this.#set({ kind: this.#text === this.#saved ? 'saved' : 'unsaved' })
  }

  #set(state: SaveState): void {
    this.#state = state
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
