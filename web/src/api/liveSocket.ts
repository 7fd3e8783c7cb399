import { parseLiveMessage, topicKey, type LiveMessage, type Topic } from './liveMessage.ts'
import { reconnectDelay } from './reconnectDelay.ts'
import type { Session } from './session.ts'

/**
 * The page's one WebSocket. Topics are subscribed by whoever watches them, and subscribed again after each
 * reconnect; the server then sends the current state at once, so nothing is lost in between.
 * While `state` is not `open`, watchers poll instead.
 */

export type LiveState = 'idle' | 'connecting' | 'open' | 'waiting'

export interface LiveSocketDeps {
  open: (url: string) => WebSocket
  baseUrl: string
  session: Pick<Session, 'token' | 'renew' | 'onToken'>
  /** 0 ≤ x < 1. */
  random: () => number
}

type Listener = (message: LiveMessage) => void

/** Close code by which the server says that the token ran out. */
const CLOSE_TOKEN_EXPIRED = 4401

const PING_INTERVAL_MS = 25_000

/** Longer silence than this, with a ping sent in between, means a dead connection. */
const SILENCE_MS_MAX = 60_000

export class LiveSocket {
  #deps: LiveSocketDeps
  #socket: WebSocket | undefined
  #state: LiveState = 'idle'
  #topics = new Map<string, { topic: Topic; listeners: Set<Listener> }>()
  #stateListeners = new Set<() => void>()
  #attempt = 0
  #reconnectTimer: ReturnType<typeof setTimeout> | undefined
  #pingTimer: ReturnType<typeof setInterval> | undefined
  #lastHeardMs = 0

  constructor(deps: LiveSocketDeps) {
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
      if (this.#state === 'idle') this.#connect()
      else this.#send({ type: 'subscribe', ...topic })
    } else {
      known.listeners.add(own)
    }
    return () => this.#unsubscribe(key, own)
  }

  /** Ends the connection until the next subscription; used when the user signs out. */
  close(): void {
    this.#topics.clear()
    this.#drop()
    this.#attempt = 0
    this.#setState('idle')
  }

  /** Skips what is left of the wait, as when the browser says that the network is back. */
  reconnectNow(): void {
    if (this.#state !== 'waiting') return
    clearTimeout(this.#reconnectTimer)
    this.#connect()
  }

  #unsubscribe(key: string, listener: Listener): void {
    const known = this.#topics.get(key)
    if (known?.listeners.delete(listener) !== true || known.listeners.size > 0) return
    this.#topics.delete(key)
    this.#send({ type: 'unsubscribe', ...known.topic })
  }

  #connect(): void {
    const { session, baseUrl, open } = this.#deps
    if (session.token === undefined) {
      this.#setState('idle')
      return
    }
    this.#setState('connecting')
    const socket = open(`${baseUrl}/ws?token=${encodeURIComponent(session.token)}`)
    this.#socket = socket
    socket.onopen = () => this.#onOpen(socket)
    socket.onmessage = (event) => this.#onMessage(socket, event.data)
    socket.onclose = (event) => this.#onClose(socket, event.code)
  }

  #onOpen(socket: WebSocket): void {
    if (socket !== this.#socket) return
    this.#lastHeardMs = Date.now()
    this.#setState('open')
    for (const { topic } of this.#topics.values()) this.#send({ type: 'subscribe', ...topic })
    this.#pingTimer = setInterval(() => this.#checkAlive(), PING_INTERVAL_MS)
  }

  #onMessage(socket: WebSocket, data: unknown): void {
    if (socket !== this.#socket) return
    this.#lastHeardMs = Date.now()
    // Only a server that talks back has proven that connecting works; an open that is closed at once has not.
    this.#attempt = 0
    const message = parseLiveMessage(data)
    if (message?.topic === undefined) return
    const known = this.#topics.get(topicKey(message.topic))
    for (const listener of known?.listeners ?? []) listener(message)
  }

  #onClose(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return
    this.#drop()
    this.#setState('waiting')
    if (code === CLOSE_TOKEN_EXPIRED) {
      this.#deps.session.renew().then(
        (isRenewed) => (isRenewed ? this.#reconnectLater() : this.close()),
        () => this.#reconnectLater(),
      )
    } else {
      this.#reconnectLater()
    }
  }

  #reconnectLater(): void {
    const delayMs = reconnectDelay(this.#attempt, this.#deps.random())
    this.#attempt += 1
    this.#reconnectTimer = setTimeout(() => this.#connect(), delayMs)
  }

  #checkAlive(): void {
    if (Date.now() - this.#lastHeardMs > SILENCE_MS_MAX) {
      this.#drop()
      this.#setState('waiting')
      this.#reconnectLater()
    } else {
      this.#send({ type: 'ping' })
    }
  }

  #send(message: object): void {
    if (this.#state === 'open') this.#socket?.send(JSON.stringify(message))
  }

  #drop(): void {
    clearTimeout(this.#reconnectTimer)
    clearInterval(this.#pingTimer)
    const socket = this.#socket
    this.#socket = undefined
    socket?.close()
  }

  #setState(state: LiveState): void {
    if (this.#state === state) return
    this.#state = state
    for (const listener of this.#stateListeners) listener()
  }
}
