/** How long typing rests before it is saved. */
export const REST_MS = 700

/** A text as the server has it. Times are the server's, so that two of them can be compared. */
export interface SavedText {
  text: string
  updatedAt: string
}

/** Somebody else wrote meanwhile: nothing was saved, and both texts are here. */
export class TextConflict extends Error {
  readonly theirs: SavedText

  constructor(theirs: SavedText) {
    super('the text was changed elsewhere')
    this.name = 'TextConflict'
    this.theirs = theirs
  }
}

export type SaveState =
  | { kind: 'saved' }
  | { kind: 'unsaved' }
  | { kind: 'saving' }
  | { kind: 'failed'; error: unknown }
  | { kind: 'conflict'; theirs: SavedText }

/** Saves `text` if the server still has `base`; else throws a `TextConflict`. */
export type Save = (text: string, base: string) => Promise<SavedText>

/**
 * A text that saves itself when typing rests and on `flush`. One save runs at a time, so that an older text never
 * overwrites a newer one; a failed save keeps the text, and the next change or `flush` tries again. A conflict waits
 * until a person has chosen.
 */
export class Autosave {
  #text: string
  #saved: SavedText
  #state: SaveState = { kind: 'saved' }
  #running: Promise<void> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #save: Save
  #listeners = new Set<() => void>()

  constructor(initial: SavedText, save: Save) {
    this.#text = initial.text
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
    clearTimeout(this.#timer)
    if (this.#state.kind === 'conflict') {
      this.#tell()
      return
    }
    if (this.#running === undefined) this.#settle()
    else this.#tell()
    this.#timer = setTimeout(() => void this.flush(), REST_MS)
  }

  /** Saves what is not saved yet; resolves when that has succeeded or failed. */
  readonly flush = async (): Promise<void> => {
    clearTimeout(this.#timer)
    await this.#running
    if (this.#text === this.#saved.text || this.#state.kind === 'conflict') return
    this.#running = this.#saveOnce(this.#text).finally(() => {
      this.#running = undefined
    })
    await this.#running
  }

  /** Takes what the server has now, unless it is older than what is known, or would be lost on what is being written. */
  readonly adopt = (there: SavedText): void => {
    const isNewer = Date.parse(there.updatedAt) > Date.parse(this.#saved.updatedAt)
    if (!isNewer || this.#state.kind !== 'saved' || this.#running !== undefined) return
    this.#saved = there
    this.#text = there.text
    this.#settle()
  }

  /** Ends a conflict: what was written here replaces the other text, or gives way to it. */
  readonly resolve = async (choice: 'mine' | 'theirs'): Promise<void> => {
    if (this.#state.kind !== 'conflict') return
    this.#saved = this.#state.theirs
    if (choice === 'theirs') this.#text = this.#saved.text
    this.#settle()
    await this.flush()
  }

  async #saveOnce(text: string): Promise<void> {
    this.#set({ kind: 'saving' })
    try {
      const saved = await this.#save(text, this.#saved.text)
      this.#saved = { text, updatedAt: saved.updatedAt }
      this.#settle()
    } catch (error) {
      this.#set(
        error instanceof TextConflict
          ? { kind: 'conflict', theirs: error.theirs }
          : { kind: 'failed', error },
      )
    }
  }

  #settle(): void {
    this.#set({ kind: this.#text === this.#saved.text ? 'saved' : 'unsaved' })
  }

  #set(state: SaveState): void {
    this.#state = state
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
