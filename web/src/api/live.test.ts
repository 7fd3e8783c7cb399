import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Live, SOCKET_RETRY_MS } from './live.ts'
import type { LiveMessage } from './liveMessage.ts'
import { STREAMS_MAX } from './liveStreams.ts'
import { unreachable } from './problem.ts'
import { reconnectDelay } from './reconnectDelay.ts'

class FakeSocket {
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  readonly sent: unknown[] = []
  readonly path: string
  isClosed = false
  constructor(path: string) {
    this.path = path
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }
  close(): void {
    this.isClosed = true
  }
  says(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

class FakeStream {
  readonly path: string
  readonly signal: AbortSignal
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  readonly response: Response
  constructor(path: string, signal: AbortSignal) {
    this.path = path
    this.signal = signal
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
    })
    this.response = new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
  }
  async says(message: object): Promise<void> {
    this.#controller?.enqueue(new TextEncoder().encode(`event: x\ndata: ${JSON.stringify(message)}\n\n`))
    await settle()
  }
}

/** Lets promises that are settled be noticed. */
const settle = () => vi.advanceTimersByTimeAsync(0)

function setUp({ renew = () => Promise.resolve(true), hasStreams = true } = {}) {
  const sockets: FakeSocket[] = []
  const streams: FakeStream[] = []
  const tokenListeners: ((token: string) => void)[] = []
  let tickets = 0
  const createTicket = vi.fn(() => Promise.resolve(`t ${(tickets += 1)}`))
  const live = new Live({
    open: (path) => {
      const socket = new FakeSocket(path)
      sockets.push(socket)
      return socket as unknown as WebSocket
    },
    createTicket,
    fetchStream: (path, signal) => {
      if (!hasStreams) return Promise.resolve(Response.json({}, { status: 404 }))
      const stream = new FakeStream(path, signal)
      streams.push(stream)
      return Promise.resolve(stream.response)
    },
    session: {
      token: 'secret',
      renew,
      onToken: (listener) => {
        tokenListeners.push(listener)
        return () => undefined
      },
    },
    random: () => 1,
  })
  const last = () => sockets.at(-1) ?? expect.unreachable('no socket was opened')
  /** Every socket fails before it is open, until streams are used. */
  const refuseSockets = async () => {
    await settle()
    last().onclose?.({ code: 1006 })
    for (const delayMs of [500, 1000]) {
      await vi.advanceTimersByTimeAsync(delayMs)
      last().onclose?.({ code: 1006 })
    }
    await settle()
  }
  return { live, sockets, streams, last, tokenListeners, createTicket, refuseSockets }
}

const GENERATION = { generationId: 'gen_1' }
const JOB = { jobId: 'job_1' }
const ignore = () => undefined

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('one socket serves all topics, opened by the first with a ticket of its own', async () => {
  const { live, sockets, last, createTicket } = setUp()
  expect(createTicket).not.toHaveBeenCalled()
  live.subscribe(GENERATION, ignore)
  live.subscribe(GENERATION, ignore)
  live.subscribe(JOB, ignore)
  await settle()
  expect(sockets.map((socket) => socket.path)).toEqual(['/ws?ticket=t%201'])
  last().onopen?.()
  expect(live.state).toBe('open')
  expect(last().sent).toEqual([
    { type: 'subscribe', ...GENERATION },
    { type: 'subscribe', ...JOB },
  ])
})

test('a message reaches those who watch its topic, and nobody else', async () => {
  const { live, last } = setUp()
  const generationMessages: LiveMessage[] = []
  const jobMessages: LiveMessage[] = []
  live.subscribe(GENERATION, (message) => generationMessages.push(message))
  live.subscribe(JOB, (message) => jobMessages.push(message))
  await settle()
  last().onopen?.()
  last().says({ type: 'progress', timestamp: '2026-01-01T00:00:00Z', ...GENERATION, progress: 40 })
  last().says({ type: 'progress', generationId: 'gen_other' })
  last().says({ type: 'pong', timestamp: 1 })
  last().onmessage?.({ data: 'not JSON' })
  last().onmessage?.({ data: new ArrayBuffer(2) })
  expect(generationMessages).toHaveLength(1)
  expect(generationMessages[0]?.fields['progress']).toBe(40)
  expect(jobMessages).toHaveLength(0)
})

test('only the last watcher to leave ends the subscription', async () => {
  const { live, last } = setUp()
  const leaveFirst = live.subscribe(GENERATION, ignore)
  const leaveSecond = live.subscribe(GENERATION, ignore)
  await settle()
  last().onopen?.()
  leaveFirst()
  expect(last().sent).toHaveLength(1)
  leaveSecond()
  leaveSecond()
  expect(last().sent.slice(1)).toEqual([{ type: 'unsubscribe', ...GENERATION }])
})

test('a lost connection is made again after a wait, with a new ticket and all topics', async () => {
  const { live, sockets, last } = setUp()
  live.subscribe(GENERATION, ignore)
  await settle()
  last().onopen?.()
  last().onclose?.({ code: 1006 })
  expect(live.state).toBe('waiting')
  await vi.advanceTimersByTimeAsync(499)
  expect(sockets).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(last().path).toBe('/ws?ticket=t%202')
  last().onopen?.()
  expect(live.state).toBe('open')
  expect(last().sent).toEqual([{ type: 'subscribe', ...GENERATION }])
})

test('a server that is away is waited for longer and longer, and never mistaken for one without sockets', async () => {
  const { live, sockets, streams, createTicket } = setUp()
  createTicket.mockRejectedValue(unreachable())
  live.subscribe(GENERATION, ignore)
  await vi.advanceTimersByTimeAsync(500 + 1000 + 2000 + 4000)
  expect(createTicket).toHaveBeenCalledTimes(5)
  expect(live.state).toBe('waiting')
  expect(sockets).toHaveLength(0)
  expect(streams).toHaveLength(0)
})

test('news that the network is back ends the wait', async () => {
  const { live, sockets, last } = setUp()
  live.subscribe(GENERATION, ignore)
  await settle()
  last().onclose?.({ code: 1006 })
  live.reconnectNow()
  await settle()
  expect(sockets).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(sockets).toHaveLength(2)
})

test('a close for an expired token renews it before connecting again', async () => {
  const renew = vi.fn(() => Promise.resolve(true))
  const { live, sockets, last } = setUp({ renew })
  live.subscribe(GENERATION, ignore)
  await settle()
  last().onopen?.()
  last().onclose?.({ code: 4401 })
  await vi.advanceTimersByTimeAsync(500)
  expect(renew).toHaveBeenCalledOnce()
  expect(sockets).toHaveLength(2)
})

test('a new token is presented on the open socket', async () => {
  const { live, last, tokenListeners } = setUp()
  live.subscribe(GENERATION, ignore)
  await settle()
  last().onopen?.()
  for (const listener of tokenListeners) listener('fresh')
  expect(last().sent.at(-1)).toEqual({ type: 'auth', token: 'fresh' })
})

test('a connection that has gone silent is given up', async () => {
  const { live, sockets, last } = setUp()
  live.subscribe(GENERATION, ignore)
  await settle()
  last().onopen?.()
  await vi.advanceTimersByTimeAsync(50_000)
  expect(last().sent.slice(1)).toEqual([{ type: 'ping' }, { type: 'ping' }])
  await vi.advanceTimersByTimeAsync(25_000)
  expect(sockets[0]?.isClosed).toBe(true)
  expect(live.state).toBe('waiting')
})

test('closing ends everything; nothing connects again by itself', async () => {
  const { live, sockets, last } = setUp()
  live.subscribe(GENERATION, ignore)
  await settle()
  last().onopen?.()
  live.close()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(sockets).toHaveLength(1)
  expect(last().isClosed).toBe(true)
  expect(live.state).toBe('idle')
})

test('closing while a ticket is on its way opens nothing with it', async () => {
  const { live, sockets } = setUp()
  live.subscribe(GENERATION, ignore)
  live.close()
  await settle()
  expect(sockets).toHaveLength(0)
})

test('three sockets that never spoke make way for streams, which tell the same', async () => {
  const { live, streams, refuseSockets } = setUp()
  const heard: LiveMessage[] = []
  live.subscribe(GENERATION, (message) => heard.push(message))
  await refuseSockets()
  expect(live.state).toBe('polling')
  expect(streams.map(({ path }) => path)).toEqual(['/api/generations/gen_1/events'])
  await streams[0]?.says({ type: 'progress', ...GENERATION, progress: 10 })
  expect(live.state).toBe('open')
  expect(heard.map(({ fields }) => fields['progress'])).toEqual([10])

  live.subscribe(JOB, ignore)
  await settle()
  expect(live.state).toBe('polling')
  expect(streams.at(-1)?.path).toBe('/api/jobs/job_1/events')
})

test('topics beyond what a browser has connections for are polled', async () => {
  const { live, streams, refuseSockets } = setUp()
  const leave = live.subscribe(GENERATION, ignore)
  await refuseSockets()
  for (let job = 0; job < STREAMS_MAX; job += 1) live.subscribe({ jobId: `job_${job}` }, ignore)
  await settle()
  expect(streams).toHaveLength(STREAMS_MAX)
  for (const stream of streams) await stream.says({ type: 'status' })
  expect(live.state).toBe('polling')

  leave()
  await settle()
  expect(streams[0]?.signal.aborted).toBe(true)
  await streams.at(-1)?.says({ type: 'status' })
  expect(live.state).toBe('open')
})

test('without streams either everything is polled', async () => {
  const { live, refuseSockets } = setUp({ hasStreams: false })
  live.subscribe(GENERATION, ignore)
  await refuseSockets()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(live.state).toBe('polling')
})

test('the socket is used again when it can be had', async () => {
  const { live, sockets, streams, last, refuseSockets } = setUp()
  live.subscribe(GENERATION, ignore)
  await refuseSockets()
  expect(sockets).toHaveLength(3)
  await vi.advanceTimersByTimeAsync(SOCKET_RETRY_MS * 1.25)
  expect(sockets).toHaveLength(4)
  expect(streams[0]?.signal.aborted).toBe(false)
  last().onopen?.()
  expect(live.state).toBe('open')
  expect(streams[0]?.signal.aborted).toBe(true)
  expect(last().sent).toEqual([{ type: 'subscribe', ...GENERATION }])
})

test('the delay doubles, is capped, and is spread over its upper half', () => {
  expect([0, 1, 2, 3].map((attempt) => reconnectDelay(attempt, 1))).toEqual([500, 1000, 2000, 4000])
  expect(reconnectDelay(0, 0)).toBe(250)
  expect(reconnectDelay(50, 1)).toBe(15_000)
})
