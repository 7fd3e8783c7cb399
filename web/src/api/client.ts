import createClient from 'openapi-fetch'
import { createAuthorizedFetch, readJson } from './authorizedFetch.ts'
import { LiveSocket } from './liveSocket.ts'
import type { Login } from './model.ts'
import { parseProblem } from './problem.ts'
import { Session, type RenewAnswer } from './session.ts'
import type { paths } from './schema.d.ts'

/** The page's one session, one HTTP client and one socket. */

export const session = new Session({
  storage: window.sessionStorage,
  renew: renewLogin,
  setTimer: (run, delayMs) => window.setTimeout(run, delayMs),
  clearTimer: (timer) => window.clearTimeout(timer as number | undefined),
})

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: createAuthorizedFetch(session, (request) => window.fetch(request)),
})

export const live = new LiveSocket({
  open: (url) => new WebSocket(url),
  baseUrl: window.location.origin.replace(/^http/, 'ws'),
  session,
  random: () => Math.random(),
})

session.subscribe(() => {
  if (session.state.phase === 'signedOut') live.close()
})
window.addEventListener('online', () => live.reconnectNow())

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The answer's body, or its problem thrown. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call
  if (!response.ok) throw parseProblem(response, error)
  // A 204 has no body, and its type says so.
  return data as T
}

/** Goes around the authorized client: the refresh token is the credential here. */
async function renewLogin(refreshToken: string): Promise<RenewAnswer> {
  const response = await window.fetch('/api/auth/refresh', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ refreshToken }),
  })
  if (response.ok) return { kind: 'renewed', login: (await response.json()) as Login }
  if (response.status === 401 || response.status === 422) return { kind: 'rejected' }
  throw parseProblem(response, await readJson(response))
}
