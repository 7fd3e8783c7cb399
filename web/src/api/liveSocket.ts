/** One WebSocket connection for as long as it lives: it keeps it alive, and gives it up when it has gone silent. */

const PING_INTERVAL_MS = 25_000

/** Longer silence than this, with a ping sent in between, means a dead connection. */
const SILENCE_MS_MAX = 60_000

/** The end of a connection that went silent has no code of its own. */
export const CLOSE_SILENT = 0

export interface SocketEvents {
  onOpen: () => void
  onText: (data: unknown) => void
  /** Once, and not after `close`. */
  onEnd: (code: number) => void
}

export class LiveSocket {
  #socket: WebSocket | undefined
  #pingTimer: ReturnType<typeof setInterval> | undefined
  #lastHeardMs = 0

  constructor(socket: WebSocket, events: SocketEvents) {
    this.#socket = socket
    socket.onopen = () => {
      if (this.#socket === undefined) return
      this.#lastHeardMs = Date.now()
      this.#pingTimer = setInterval(() => this.#checkAlive(events), PING_INTERVAL_MS)
      events.onOpen()
    }
    socket.onmessage = (event) => {
      if (this.#socket === undefined) return
      this.#lastHeardMs = Date.now()
      events.onText(event.data)
    }
    socket.onclose = (event) => this.#end(events, event.code)
  }

  send(message: object): void {
    this.#socket?.send(JSON.stringify(message))
  }

  close(): void {
    clearInterval(this.#pingTimer)
    const socket = this.#socket
    this.#socket = undefined
    socket?.close()
  }

  #checkAlive(events: SocketEvents): void {
    if (Date.now() - this.#lastHeardMs > SILENCE_MS_MAX) this.#end(events, CLOSE_SILENT)
    else this.send({ type: 'ping' })
  }

  #end(events: SocketEvents, code: number): void {
    if (this.#socket === undefined) return
    this.close()
    events.onEnd(code)
  }
}
