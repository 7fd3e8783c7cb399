import { expect, test, vi } from 'vitest'
import type { Login } from './model.ts'
import { NOTE_KEY, Session, type RenewAnswer } from './session.ts'

function loginOf(number: number, id = 'usr_1'): Login {
  return {
    token: `token-${number}`,
    expiresIn: 100,
    user: { id, email: 'ada@example.com', name: 'Ada', role: 'creator' },
  }
}

function setUp(renew: () => Promise<RenewAnswer>, note?: string) {
  const stored = new Map<string, string>(note === undefined ? [] : [[NOTE_KEY, note]])
  const timers: { run: () => void; delayMs: number }[] = []
  const forget = vi.fn(() => Promise.resolve())
  const session = new Session({
    notes: {
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
      removeItem: (key) => void stored.delete(key),
    },
    renew,
    forget,
    exclusively: (work) => work(),
    setTimer: (run, delayMs) => timers.push({ run, delayMs }),
    clearTimer: () => undefined,
  })
  return { session, stored, timers, forget }
}

const renewed = (number: number, id?: string): RenewAnswer => ({
  kind: 'renewed',
  login: loginOf(number, id),
})
const answers = (number: number, id?: string) => vi.fn(() => Promise.resolve(renewed(number, id)))

test('no token is stored, only who is signed in', () => {
  const { session, stored } = setUp(answers(2))
  session.start(loginOf(1))
  expect(session.token).toBe('token-1')
  expect([...stored.values()]).toEqual(['usr_1'])
})

test('a page that was reloaded signs in again by itself', async () => {
  const { session } = setUp(answers(2), 'usr_1')
  await session.restore()
  expect(session.state).toMatchObject({ phase: 'signedIn' })
  expect(session.token).toBe('token-2')
})

test('a browser in which nobody signed in is signed out, without asking the server', async () => {
  const renew = answers(2)
  const { session } = setUp(renew)
  await session.restore()
  expect(session.state).toEqual({ phase: 'signedOut', reason: 'none' })
  expect(renew).not.toHaveBeenCalled()
})

test('a server that is away does not sign anybody out', async () => {
  const { session, stored } = setUp(() => Promise.reject(new TypeError('network')), 'usr_1')
  await session.restore()
  expect(session.state.phase).toBe('unreachable')
  expect(stored.get(NOTE_KEY)).toBe('usr_1')
})

test('renewals at the same time share one request', async () => {
  const renew = answers(2)
  const { session } = setUp(renew)
  session.start(loginOf(1))
  expect(await Promise.all([session.renew(), session.renew(), session.renew()])).toEqual([true, true, true])
  expect(renew).toHaveBeenCalledOnce()
})

test('a refused cookie ends the session and says why', async () => {
  const { session, stored } = setUp(() => Promise.resolve({ kind: 'rejected' }))
  session.start(loginOf(1))
  expect(await session.renew()).toBe(false)
  expect(session.state).toEqual({ phase: 'signedOut', reason: 'expired' })
  expect(stored.size).toBe(0)
})

test('signing out during a renewal wins over its answer', async () => {
  let answer: (given: RenewAnswer) => void = () => undefined
  const { session, forget } = setUp(() => new Promise((resolve) => (answer = resolve)))
  session.start(loginOf(1))
  const renewal = session.renew()
  await session.leave()
  answer(renewed(2))
  expect(await renewal).toBe(false)
  expect(forget).toHaveBeenCalledOnce()
  expect(session.state).toEqual({ phase: 'signedOut', reason: 'none' })
  expect(session.token).toBeUndefined()
})

test('a server that could not be told of a sign-out is told by the next page', async () => {
  const renew = answers(2)
  const { session, stored, forget } = setUp(renew)
  session.start(loginOf(1))
  forget.mockRejectedValueOnce(new TypeError('network'))
  await session.leave()
  expect(session.state.phase).toBe('signedOut')

  await session.restore()
  expect(forget).toHaveBeenCalledTimes(2)
  expect(session.state).toEqual({ phase: 'signedOut', reason: 'none' })
  expect(renew).not.toHaveBeenCalled()
  expect(stored.size).toBe(0)
})

test('signing out in one tab signs out the others', () => {
  const { session } = setUp(answers(2))
  session.start(loginOf(1))
  session.hearOtherTab('leaving')
  expect(session.state).toEqual({ phase: 'signedOut', reason: 'expired' })
  expect(session.token).toBeUndefined()
})

test('somebody else who signs in in another tab is who this tab shows', async () => {
  const { session, stored } = setUp(answers(2, 'usr_2'))
  session.start(loginOf(1))
  stored.set(NOTE_KEY, 'usr_2')
  session.hearOtherTab('usr_2')
  await vi.waitFor(() => expect(session.state).toMatchObject({ phase: 'signedIn', user: { id: 'usr_2' } }))
})

test('a renewal in another tab changes nothing here', () => {
  const renew = answers(2)
  const { session } = setUp(renew)
  session.start(loginOf(1))
  session.hearOtherTab('usr_1')
  expect(session.token).toBe('token-1')
  expect(renew).not.toHaveBeenCalled()
})

test('the token is renewed before it runs out, and open sockets are told', async () => {
  const { session, timers } = setUp(answers(2))
  const tokens: string[] = []
  session.onToken((token) => tokens.push(token))
  session.start(loginOf(1))
  expect(timers[0]?.delayMs).toBe(80_000)
  timers[0]?.run()
  await vi.waitFor(() => expect(tokens).toEqual(['token-1', 'token-2']))
})
