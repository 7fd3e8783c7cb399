import type { Login, User } from './model.ts'

/**
 * Who is signed in. The access token lives in memory only, and the refresh token in a cookie that no script can read;
 * what the pages of one browser share is a note of who that is. It tells a new page whether asking is worth it, and a
 * change of it tells the other pages. Knows nothing of routes or React; its calls are given to it.
 */

export type SessionState =
  | { phase: 'restoring' }
  | { phase: 'unreachable' }
  | { phase: 'signedOut'; reason: 'none' | 'expired' }
  | { phase: 'signedIn'; user: User }

/** `rejected`: the cookie is worth nothing any more. Anything thrown means that nobody answered. */
export type RenewAnswer = { kind: 'renewed'; login: Login } | { kind: 'rejected' }

export interface SessionDeps {
  /** Shared by all pages of the browser. */
  notes: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  renew: () => Promise<RenewAnswer>
  /** Has the server forget the login; throws when it can't be told. */
  forget: () => Promise<void>
  /** Runs one at a time among all pages of the browser, as each renewal replaces the cookie. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>
  setTimer: (run: () => void, delayMs: number) => unknown
  clearTimer: (timer: unknown) => void
}

/** Holds the id of who is signed in, or that somebody wanted to leave and the server does not know it yet. */
export const NOTE_KEY = 'vitascope.signedIn'
const LEAVING = 'leaving'

/** The share of a token's life after which it is renewed ahead of time, so that requests rarely meet a 401. */
const RENEW_AT_SHARE = 0.8

export class Session {
  #deps: SessionDeps
  #state: SessionState = { phase: 'restoring' }
  #token: string | undefined
  #renewing: Promise<boolean> | undefined
  #timer: unknown
  /** Grows with each beginning and end, so that what was asked before can tell that it is late. */
  #era = 0
  #stateListeners = new Set<() => void>()
  #tokenListeners = new Set<(token: string) => void>()

  constructor(deps: SessionDeps) {
    this.#deps = deps
  }

  get state(): SessionState {
    return this.#state
  }

  get token(): string | undefined {
    return this.#token
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  /** Tells of each new access token, so that an open socket can present it. */
  onToken(listener: (token: string) => void): () => void {
    this.#tokenListeners.add(listener)
    return () => this.#tokenListeners.delete(listener)
  }

  /** Signs in again from what the last page left behind. */
  async restore(): Promise<void> {
    this.#setState({ phase: 'restoring' })
    const note = this.#note()
    if (note === LEAVING) await this.#forget()
    if (note === null || note === LEAVING) {
      this.#setState({ phase: 'signedOut', reason: 'none' })
      return
    }
    try {
      await this.renew()
    } catch {
      this.#setState({ phase: 'unreachable' })
    }
  }

  start(login: Login): void {
    this.#era += 1
    this.#token = login.token
    this.#deps.notes.setItem(NOTE_KEY, login.user.id)
    this.#scheduleRenewal(login.expiresIn)
    this.#setState({ phase: 'signedIn', user: login.user })
    for (const listener of this.#tokenListeners) listener(login.token)
  }

  end(reason: 'none' | 'expired'): void {
    this.#deps.notes.removeItem(NOTE_KEY)
    this.#drop(reason)
  }

  /** Signs out here and in the other tabs. A server that can't be told is told by the next page that is opened. */
  async leave(): Promise<void> {
    this.#deps.notes.setItem(NOTE_KEY, LEAVING)
    await this.#forget()
    this.#drop('none')
  }

  /** The note as another tab has just left it. */
  hearOtherTab(note: string | null): void {
    if (note === null || note === LEAVING) {
      if (this.#token !== undefined) this.#drop('expired')
    } else if (this.#state.phase !== 'signedIn' || this.#state.user.id !== note) {
      // Somebody signed in there; the cookie is theirs now.
      this.#era += 1
      this.#token = undefined
      void this.restore()
    }
  }

  /**
   * Gets a new access token; callers at the same time share one request. Returns false, signed out, when the server
   * refuses; throws when it does not answer.
   */
  renew(): Promise<boolean> {
    this.#renewing ??= this.#renewOnce().finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  async #renewOnce(): Promise<boolean> {
    const era = this.#era
    const answer = await this.#deps.exclusively(() => this.#deps.renew())
    // Signing out, or in as somebody else, while the request was under way wins over its answer.
    if (era !== this.#era || this.#note() === LEAVING) return this.#token !== undefined
    if (answer.kind === 'rejected') {
      this.end('expired')
      return false
    }
    this.start(answer.login)
    return true
  }

  async #forget(): Promise<void> {
    try {
      await this.#deps.forget()
      this.#deps.notes.removeItem(NOTE_KEY)
    } catch {
      // The note stays, and with it the wish.
    }
  }

  #drop(reason: 'none' | 'expired'): void {
    this.#era += 1
    this.#token = undefined
    this.#deps.clearTimer(this.#timer)
    this.#setState({ phase: 'signedOut', reason })
  }

  #note(): string | null {
    return this.#deps.notes.getItem(NOTE_KEY)
  }

  #scheduleRenewal(expiresInSeconds: number): void {
    this.#deps.clearTimer(this.#timer)
    this.#timer = this.#deps.setTimer(
      () => {
        // An unanswered renewal is no loss: the next request meets the 401 and renews again.
        this.renew().catch(() => undefined)
      },
      expiresInSeconds * 1000 * RENEW_AT_SHARE,
    )
  }

  #setState(state: SessionState): void {
    this.#state = state
    for (const listener of this.#stateListeners) listener()
  }
}
