import type { Login, User } from './model.ts'

/**
 * Who is signed in. The access token lives in memory only; the refresh token survives a reload in
 * `sessionStorage`. Knows nothing of routes or React; `renew` is the one call it needs and is given.
 */

export type SessionState =
  | { phase: 'restoring' }
  | { phase: 'unreachable' }
  | { phase: 'signedOut'; reason: 'none' | 'expired' }
  | { phase: 'signedIn'; user: User }

/** `rejected`: the refresh token is worth nothing any more. Anything thrown means that nobody answered. */
export type RenewAnswer = { kind: 'renewed'; login: Login } | { kind: 'rejected' }

export interface SessionDeps {
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  renew: (refreshToken: string) => Promise<RenewAnswer>
  setTimer: (run: () => void, delayMs: number) => unknown
  clearTimer: (timer: unknown) => void
}

const REFRESH_TOKEN_KEY = 'vitascope.refreshToken'

/** The share of a token's life after which it is renewed ahead of time, so that requests rarely meet a 401. */
const RENEW_AT_SHARE = 0.8

export class Session {
  #deps: SessionDeps
  #state: SessionState = { phase: 'restoring' }
  #token: string | undefined
  #renewing: Promise<boolean> | undefined
  #timer: unknown
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
    if (this.#storedRefreshToken() === null) {
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
    this.#token = login.token
    // Not there when the server keeps it in a cookie, which this page does not ask for.
    if (typeof login.refreshToken === 'string')
      this.#deps.storage.setItem(REFRESH_TOKEN_KEY, login.refreshToken)
    this.#scheduleRenewal(login.expiresIn)
    this.#setState({ phase: 'signedIn', user: login.user })
    for (const listener of this.#tokenListeners) listener(login.token)
  }

  end(reason: 'none' | 'expired'): void {
    this.#token = undefined
    this.#deps.clearTimer(this.#timer)
    this.#deps.storage.removeItem(REFRESH_TOKEN_KEY)
    this.#setState({ phase: 'signedOut', reason })
  }

  /**
   * Gets a new access token; callers at the same time share one request, because a refresh token is replaced with each use.
   * Returns false, signed out, when the server refuses; throws when it does not answer.
   */
  renew(): Promise<boolean> {
    this.#renewing ??= this.#renewOnce().finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  async #renewOnce(): Promise<boolean> {
    const refreshToken = this.#storedRefreshToken()
    if (refreshToken === null) {
      this.end('expired')
      return false
    }
    const answer = await this.#deps.renew(refreshToken)
    // Signing out, or in as somebody else, while the request was under way wins over its answer.
    if (this.#storedRefreshToken() !== refreshToken) return this.#token !== undefined
    if (answer.kind === 'rejected') {
      this.end('expired')
      return false
    }
    this.start(answer.login)
    return true
  }

  #storedRefreshToken(): string | null {
    return this.#deps.storage.getItem(REFRESH_TOKEN_KEY)
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
