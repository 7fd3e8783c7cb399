import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LiveMessage } from './liveMessage.ts'
import { LiveSocket } from './liveSocket.ts'
import { reconnectDelay } from './reconnectDelay.ts'

class FakeSocket {
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  readonly sent: unknown[] = []
  readonly url: string
  isClosed = false
  constructor(url: string) {
    this.url = url
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

function setUp(renew: () => Promise<boolean> = () => Promise.resolve(true)) {
  const sockets: FakeSocket[] = []
  const tokenListeners: ((token: string) => void)[] = []
  const live = new LiveSocket({
    open: (url) => {
      const socket = new FakeSocket(url)
      sockets.push(socket)
      return socket as unknown as WebSocket
    },
    baseUrl: 'ws://test',
    session: {
      token: 'a b',
      renew,
      onToken: (listener) => {
        tokenListeners.push(listener)
        return () => undefined
      },
    },
    random: () => 1,
  })
  const last = () => sockets.at(-1) ?? expect.unreachable('no socket was opened')
  return { live, sockets, last, tokenListeners }
}

const GENERATION = { generationId: 'gen_1' }
const JOB = { jobId: 'job_1' }
const ignore = () => undefined

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('one socket serves all topics, opened by the first', () => {
  const { live, sockets, last } = setUp()
  expect(sockets).toHaveLength(0)
  live.subscribe(GENERATION, ignore)
  live.subscribe(GENERATION, ignore)
  live.subscribe(JOB, ignore)
  expect(sockets.map((socket) => socket.url)).toEqual(['ws://test/ws?token=a%20b'])
  last().onopen?.()
  expect(last().sent).toEqual([
    { type: 'subscribe', ...GENERATION },
    { type: 'subscribe', ...JOB },
  ])
})

test('a message reaches those who watch its topic, and nobody else', () => {
  const { live, last } = setUp()
  const generationMessages: LiveMessage[] = []
  const jobMessages: LiveMessage[] = []
  live.subscribe(GENERATION, (message) => generationMessages.push(message))
  live.subscribe(JOB, (message) => jobMessages.push(message))
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

test('only the last watcher to leave ends the subscription', () => {
  const { live, last } = setUp()
  const leaveFirst = live.subscribe(GENERATION, ignore)
  const leaveSecond = live.subscribe(GENERATION, ignore)
  last().onopen?.()
  leaveFirst()
  expect(last().sent).toHaveLength(1)
  leaveSecond()
  leaveSecond()
  expect(last().sent.slice(1)).toEqual([{ type: 'unsubscribe', ...GENERATION }])
})

test('a lost connection is made again after a wait, with all topics', () => {
  const { live, sockets, last } = setUp()
  live.subscribe(GENERATION, ignore)
  last().onopen?.()
  last().onclose?.({ code: 1006 })
  expect(live.state).toBe('waiting')
  vi.advanceTimersByTime(499)
  expect(sockets).toHaveLength(1)
  vi.advanceTimersByTime(1)
  expect(sockets).toHaveLength(2)
  last().onopen?.()
  expect(live.state).toBe('open')
  expect(last().sent).toEqual([{ type: 'subscribe', ...GENERATION }])
})

test('each failed attempt waits longer, until the server talks again', () => {
  const { live, sockets, last } = setUp()
  live.subscribe(GENERATION, ignore)
  last().onclose?.({ code: 1006 })
  vi.advanceTimersByTime(500)
  last().onclose?.({ code: 1006 })
  vi.advanceTimersByTime(999)
  expect(sockets).toHaveLength(2)
  vi.advanceTimersByTime(1)
  expect(sockets).toHaveLength(3)
  last().onopen?.()
  last().says({ type: 'subscribed', ...GENERATION })
  last().onclose?.({ code: 1006 })
  vi.advanceTimersByTime(500)
  expect(sockets).toHaveLength(4)
})

test('news that the network is back ends the wait', () => {
  const { live, sockets, last } = setUp()
  live.subscribe(GENERATION, ignore)
  last().onclose?.({ code: 1006 })
  live.reconnectNow()
  expect(sockets).toHaveLength(2)
  vi.advanceTimersByTime(60_000)
  expect(sockets).toHaveLength(2)
})

test('a close for an expired token renews it before connecting again', async () => {
  const renew = vi.fn(() => Promise.resolve(true))
  const { live, sockets, last } = setUp(renew)
  live.subscribe(GENERATION, ignore)
  last().onopen?.()
  last().onclose?.({ code: 4401 })
  await vi.advanceTimersByTimeAsync(500)
  expect(renew).toHaveBeenCalledOnce()
  expect(sockets).toHaveLength(2)
})

test('a new token is presented on the open socket', () => {
  const { live, last, tokenListeners } = setUp()
  live.subscribe(GENERATION, ignore)
  last().onopen?.()
  for (const listener of tokenListeners) listener('fresh')
  expect(last().sent.at(-1)).toEqual({ type: 'auth', token: 'fresh' })
})

test('a connection that has gone silent is given up', () => {
  const { live, sockets, last } = setUp()
  live.subscribe(GENERATION, ignore)
  last().onopen?.()
  vi.advanceTimersByTime(50_000)
  expect(last().sent.slice(1)).toEqual([{ type: 'ping' }, { type: 'ping' }])
  vi.advanceTimersByTime(25_000)
  expect(sockets[0]?.isClosed).toBe(true)
  expect(live.state).toBe('waiting')
})

test('closing ends everything; nothing connects again by itself', () => {
  const { live, sockets, last } = setUp()
  live.subscribe(GENERATION, ignore)
  last().onopen?.()
  live.close()
  vi.advanceTimersByTime(120_000)
  expect(sockets).toHaveLength(1)
  expect(last().isClosed).toBe(true)
  expect(live.state).toBe('idle')
})

test('the delay doubles, is capped, and is spread over its upper half', () => {
  expect([0, 1, 2, 3].map((attempt) => reconnectDelay(attempt, 1))).toEqual([500, 1000, 2000, 4000])
  expect(reconnectDelay(0, 0)).toBe(250)
  expect(reconnectDelay(50, 1)).toBe(15_000)
})
