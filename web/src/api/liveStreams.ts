import { readEvents } from './eventStream.ts'
import { topicKey, type Topic } from './liveMessage.ts'
import { reconnectDelay } from './reconnectDelay.ts'

/**
 * Server-Sent Events for a few topics, where no socket can be had. Browsers allow six connections to a server that speaks
 * HTTP/1.1, and the page's other requests need some, so what is more than `STREAMS_MAX` has to be polled.
 */
export const STREAMS_MAX = 3

export interface LiveStreamsDeps {
  /** Asks as the signed-in user. */
  fetch: (path: string, signal: AbortSignal) => Promise<Response>
  onText: (data: string) => void
  /** Called when a topic begins or ceases to be served. */
  onChange: () => void
  /** 0 ≤ x < 1. */
  random: () => number
}

interface Stream {
  stop: AbortController
  isServing: boolean
}

export class LiveStreams {
  #deps: LiveStreamsDeps
  #streams = new Map<string, Stream>()
  #wanted = 0

  constructor(deps: LiveStreamsDeps) {
    this.#deps = deps
  }

  get isServingAll(): boolean {
    const serving = [...this.#streams.values()].filter(({ isServing }) => isServing)
    return serving.length === this.#wanted
  }

  /** Begins and ends streams until these topics have theirs, the earliest first. */
  set(topics: readonly Topic[]): void {
    this.#wanted = topics.length
    const chosen = new Map(topics.slice(0, STREAMS_MAX).map((topic) => [topicKey(topic), topic]))
    for (const [key, { stop }] of this.#streams) {
      if (chosen.has(key)) continue
      stop.abort()
      this.#streams.delete(key)
    }
    for (const [key, topic] of chosen) {
      if (this.#streams.has(key)) continue
      const stream = { stop: new AbortController(), isServing: false }
      this.#streams.set(key, stream)
      void this.#keep(topic, stream)
    }
  }

  async #keep(topic: Topic, stream: Stream): Promise<void> {
    const { signal } = stream.stop
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        const response = await this.#deps.fetch(pathOf(topic), signal)
        for await (const data of bodyOf(response)) {
          // A proxy that holds the stream back opens it too; what has come through is proof.
          if (!stream.isServing) this.#tell(stream, true)
          attempt = 0
          this.#deps.onText(data)
        }
      } catch {
        // Whatever the reason, the topic is polled meanwhile and tried again.
      }
      this.#tell(stream, false)
      await pause(reconnectDelay(attempt, this.#deps.random()), signal)
    }
  }

  #tell(stream: Stream, isServing: boolean): void {
    // A stream that was ended is nobody's any more.
    if (stream.stop.signal.aborted || stream.isServing === isServing) return
    stream.isServing = isServing
    this.#deps.onChange()
  }
}

function pathOf(topic: Topic): string {
  return 'jobId' in topic
    ? `/api/jobs/${encodeURIComponent(topic.jobId)}/events`
    : `/api/generations/${encodeURIComponent(topic.generationId)}/events`
}

function bodyOf(response: Response): AsyncGenerator<string> {
  const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream') === true
  if (!response.ok || !isStream || response.body === null) throw new Error('no stream can be had')
  return readEvents(response.body)
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
