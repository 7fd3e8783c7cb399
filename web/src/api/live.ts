import { parseLiveMessage, topicKey, type LiveMessage, type Topic } from './liveMessage.ts'
import { LiveSocket } from './liveSocket.ts'
import { LiveStreams } from './liveStreams.ts'
import { Problem } from './problem.ts'
import { reconnectDelay } from './reconnectDelay.ts'
import type { Session } from './session.ts'

/**
 * What moves, told by the server: one socket for the page. Topics are subscribed by whoever watches them, and subscribed
 * again after each reconnect; the server then sends the current state at once, so nothing is lost in between.
 *
 * Where a server answers but no socket can be had (a proxy that knows none), streams take its place, and the socket is
 * tried again now and then. While `state` is not `open`, watchers poll.
 */

/**
 * `open`: every topic is told of. `waiting`: the server is not reached. `polling`: it is, but it can't tell of everything.
 */
export type LiveState = 'idle' | 'connecting' | 'open' | 'waiting' | 'polling'

export interface LiveDeps {
  /** Opens a socket at a path of this server. */
  open: (path: string) => WebSocket
  /** A ticket for one connection; throws the server's problem. */
  createTicket: () => Promise<string>
  fetchStream: (path: string, signal: AbortSignal) => Promise<Response>
  session: Pick<Session, 'token' | 'renew' | 'onToken'>
  /** 0 ≤ x < 1. */
  random: () => number
}

type Listener = (message: LiveMessage) => void

/** Close code by which the server says that the token ran out. */
const CLOSE_TOKEN_EXPIRED = 4401

/** Sockets in a row that never said a word, of a server that answers otherwise, before streams are used. */
export const SOCKET_FAILURES_MAX = 3

/** How long streams are used before the socket is tried again; spread by half of it. */
export const SOCKET_RETRY_MS = 30_000

export class Live {
  #deps: LiveDeps
  #socket: LiveSocket | undefined
  #streams: LiveStreams | undefined
  #state: LiveState = 'idle'
  #topics = new Map<string, { topic: Topic; listeners: Set<Listener> }>()
  #stateListeners = new Set<() => void>()
  /** Grows when a connection is given up, so that a late ticket opens none. */
  #era = 0
  #isSocketOpen = false
  #attempt = 0
  #socketFailures = 0
  #isServerAway = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(deps: LiveDeps) {
    this.#deps = deps
    deps.session.onToken((token) => this.#send({ type: 'auth', token }))
  }

  get state(): LiveState {
    return this.#state
  }

  readonly subscribeState = (listener: () => void): (() => void) => {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  subscribe(topic: Topic, listener: Listener): () => void {
    const key = topicKey(topic)
    const known = this.#topics.get(key)
    // The same function may watch twice; each of its subscriptions ends by itself.
    const own: Listener = (message) => listener(message)
    if (known === undefined) {
      this.#topics.set(key, { topic, listeners: new Set([own]) })
      if (this.#state === 'idle') void this.#connect()
      else this.#send({ type: 'subscribe', ...topic })
      this.#spreadTopics()
    } else {
      known.listeners.add(own)
    }
    return () => this.#unsubscribe(key, own)
  }

  /** Ends every connection until the next subscription; used when the user signs out. */
  close(): void {
    this.#topics.clear()
    this.#drop()
    this.#stopStreams()
    this.#attempt = 0
    this.#socketFailures = 0
    this.#setState('idle')
  }

  /** Skips what is left of a wait, as when the browser says that the network is back. */
  reconnectNow(): void {
    if (this.#state !== 'waiting' && this.#streams === undefined) return
    this.#drop()
    void this.#connect()
  }

  #unsubscribe(key: string, listener: Listener): void {
    const known = this.#topics.get(key)
    if (known?.listeners.delete(listener) !== true || known.listeners.size > 0) return
    this.#topics.delete(key)
    this.#send({ type: 'unsubscribe', ...known.topic })
    this.#spreadTopics()
  }

  async #connect(): Promise<void> {
    const { session, createTicket, open } = this.#deps
    if (session.token === undefined) {
      this.#setState('idle')
      return
    }
    if (this.#streams === undefined) this.#setState('connecting')
    const era = this.#era
    try {
      const ticket = await createTicket()
      if (era !== this.#era) return
      this.#isServerAway = false
      this.#listen(open(`/ws?ticket=${encodeURIComponent(ticket)}`))
    } catch (error) {
      if (era !== this.#era) return
      this.#isServerAway = error instanceof Problem && error.status === 0
      this.#onFailure()
    }
  }

  #listen(opened: WebSocket): void {
    let hasSpoken = false
    this.#socket = new LiveSocket(opened, {
      onOpen: () => {
        this.#isSocketOpen = true
        this.#stopStreams()
        this.#setState('open')
        for (const { topic } of this.#topics.values()) this.#send({ type: 'subscribe', ...topic })
      },
      onText: (data) => {
        // Only a server that talks back has proven that connecting works; an open that is closed at once has not.
        hasSpoken = true
        this.#attempt = 0
        this.#socketFailures = 0
        this.#hear(data)
      },
      onEnd: (code) => {
        this.#isSocketOpen = false
        this.#socket = undefined
        if (code === CLOSE_TOKEN_EXPIRED) this.#renewThenConnect()
        else {
          if (!hasSpoken) this.#socketFailures += 1
          this.#onFailure()
        }
      },
    })
  }

  #renewThenConnect(): void {
    this.#setState('waiting')
    this.#deps.session.renew().then(
      (isRenewed) => (isRenewed ? this.#reconnectLater() : this.close()),
      () => this.#reconnectLater(),
    )
  }

  #onFailure(): void {
    if (this.#streams === undefined && this.#socketFailures >= SOCKET_FAILURES_MAX) this.#startStreams()
    if (this.#streams === undefined) this.#setState('waiting')
    else this.#judgeStreams()
    this.#reconnectLater()
  }

  #reconnectLater(): void {
    const random = this.#deps.random()
    const delayMs =
      this.#streams === undefined
        ? reconnectDelay(this.#attempt, random)
        : SOCKET_RETRY_MS * (1 + (random - 0.5) / 2)
    this.#attempt += 1
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#connect(), delayMs)
  }

  #startStreams(): void {
    this.#streams = new LiveStreams({
      fetch: this.#deps.fetchStream,
      onText: (data) => this.#hear(data),
      onChange: () => this.#judgeStreams(),
      random: this.#deps.random,
    })
    this.#spreadTopics()
  }

  #stopStreams(): void {
    this.#streams?.set([])
    this.#streams = undefined
  }

  #spreadTopics(): void {
    if (this.#streams === undefined) return
    this.#streams.set([...this.#topics.values()].map(({ topic }) => topic))
    this.#judgeStreams()
  }

  #judgeStreams(): void {
    if (this.#streams === undefined) return
    if (this.#streams.isServingAll) this.#setState('open')
    else this.#setState(this.#isServerAway ? 'waiting' : 'polling')
  }

  #hear(data: unknown): void {
    const message = parseLiveMessage(data)
    if (message?.topic === undefined) return
    const known = this.#topics.get(topicKey(message.topic))
    for (const listener of known?.listeners ?? []) listener(message)
  }

  #send(message: object): void {
    if (this.#isSocketOpen) this.#socket?.send(message)
  }

  #drop(): void {
    this.#era += 1
    clearTimeout(this.#timer)
    this.#socket?.close()
    this.#socket = undefined
    this.#isSocketOpen = false
  }

  #setState(state: LiveState): void {
    if (this.#state === state) return
    this.#state = state
    for (const listener of this.#stateListeners) listener()
  }
}
