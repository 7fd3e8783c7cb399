import { expect, test, vi } from 'vitest'
import type { Login } from './model.ts'
import { Session, type RenewAnswer } from './session.ts'

function loginOf(number: number): Login {
  return {
    token: `token-${number}`,
    refreshToken: `refresh-${number}`,
    expiresIn: 100,
    user: { id: 'usr_1', email: 'ada@example.com', name: 'Ada', role: 'creator' },
  }
}

function setUp(renew: (refreshToken: string) => Promise<RenewAnswer>) {
  const stored = new Map<string, string>()
  const timers: { run: () => void; delayMs: number }[] = []
  const session = new Session({
    storage: {
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
      removeItem: (key) => void stored.delete(key),
    },
    renew,
    setTimer: (run, delayMs) => timers.push({ run, delayMs }),
    clearTimer: () => undefined,
  })
  return { session, stored, timers }
}

const renewed = (number: number): RenewAnswer => ({ kind: 'renewed', login: loginOf(number) })

test('only the refresh token is stored', () => {
  const { session, stored } = setUp(() => Promise.resolve(renewed(2)))
  session.start(loginOf(1))
  expect(session.token).toBe('token-1')
  expect([...stored.values()]).toEqual(['refresh-1'])
})

test('a page that was reloaded signs in again by itself', async () => {
  const { session, stored } = setUp(() => Promise.resolve(renewed(2)))
  stored.set('vitascope.refreshToken', 'refresh-1')
  await session.restore()
  expect(session.state).toMatchObject({ phase: 'signedIn' })
  expect(session.token).toBe('token-2')
})

test('nothing stored means signed out, without asking the server', async () => {
  const renew = vi.fn(() => Promise.resolve(renewed(2)))
  const { session } = setUp(renew)
  await session.restore()
  expect(session.state).toEqual({ phase: 'signedOut', reason: 'none' })
  expect(renew).not.toHaveBeenCalled()
})

test('a server that is away does not sign anybody out', async () => {
  const { session, stored } = setUp(() => Promise.reject(new TypeError('network')))
  stored.set('vitascope.refreshToken', 'refresh-1')
  await session.restore()
  expect(session.state.phase).toBe('unreachable')
  expect(stored.get('vitascope.refreshToken')).toBe('refresh-1')
})

test('renewals at the same time share one request', async () => {
  const renew = vi.fn(() => Promise.resolve(renewed(2)))
  const { session } = setUp(renew)
  session.start(loginOf(1))
  expect(await Promise.all([session.renew(), session.renew(), session.renew()])).toEqual([true, true, true])
  expect(renew).toHaveBeenCalledExactlyOnceWith('refresh-1')
})

test('a refused refresh token ends the session and says why', async () => {
  const { session, stored } = setUp(() => Promise.resolve({ kind: 'rejected' }))
  session.start(loginOf(1))
  expect(await session.renew()).toBe(false)
  expect(session.state).toEqual({ phase: 'signedOut', reason: 'expired' })
  expect(stored.size).toBe(0)
})

test('signing out during a renewal wins over its answer', async () => {
  let answer: (given: RenewAnswer) => void = () => undefined
  const { session } = setUp(() => new Promise((resolve) => (answer = resolve)))
  session.start(loginOf(1))
  const renewal = session.renew()
  session.end('none')
  answer(renewed(2))
  expect(await renewal).toBe(false)
  expect(session.state.phase).toBe('signedOut')
  expect(session.token).toBeUndefined()
})

test('the token is renewed before it runs out, and open sockets are told', async () => {
  const { session, timers } = setUp(() => Promise.resolve(renewed(2)))
  const tokens: string[] = []
  session.onToken((token) => tokens.push(token))
  session.start(loginOf(1))
  expect(timers[0]?.delayMs).toBe(80_000)
  timers[0]?.run()
  await vi.waitFor(() => expect(tokens).toEqual(['token-1', 'token-2']))
})
