import createClient from 'openapi-fetch'
import { createAuthorizedFetch, readJson } from './authorizedFetch.ts'
import { Live } from './live.ts'
import type { Login } from './model.ts'
import { parseProblem } from './problem.ts'
import { NOTE_KEY, Session, type RenewAnswer } from './session.ts'
import type { paths } from './schema.d.ts'

/** The page's one session, one HTTP client and one live connection. */

/** How long the server may take over a renewal; the other tabs wait for it. */
const RENEW_MS_MAX = 15_000

export const session = new Session({
  notes: window.localStorage,
  renew: renewLogin,
  forget: forgetLogin,
  exclusively: runExclusively,
  setTimer: (run, delayMs) => window.setTimeout(run, delayMs),
  clearTimer: (timer) => window.clearTimeout(timer as number | undefined),
})

const authorizedFetch = createAuthorizedFetch(session, (request) => window.fetch(request))

export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: authorizedFetch })

export const live = new Live({
  open: (path) => new WebSocket(window.location.origin.replace(/^http/, 'ws') + path),
  createTicket: async () => (await unwrap(api.POST('/api/tickets', {}))).ticket,
  fetchStream: (path, signal) => {
    const headers = { Accept: 'text/event-stream' }
    return authorizedFetch(new Request(path, { headers, signal, cache: 'no-store' }))
  },
  session,
  random: () => Math.random(),
})

session.subscribe(() => {
  if (session.state.phase === 'signedOut') live.close()
})
window.addEventListener('online', () => live.reconnectNow())
window.addEventListener('storage', (event) => {
  // Without a key, somebody has cleared all that this site stored.
  if (event.key === NOTE_KEY || event.key === null) session.hearOtherTab(event.newValue)
})

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

/** Goes around the authorized client: the cookie is the credential here. */
async function renewLogin(): Promise<RenewAnswer> {
  const response = await postWithCookie('/api/auth/refresh')
  if (response.ok) return { kind: 'renewed', login: (await response.json()) as Login }
  if (response.status === 401) return { kind: 'rejected' }
  throw parseProblem(response, await readJson(response))
}

async function forgetLogin(): Promise<void> {
  const response = await postWithCookie('/api/auth/logout')
  // A cookie that the server does not know is forgotten already.
  if (!response.ok && response.status !== 401) throw parseProblem(response, await readJson(response))
}

function postWithCookie(path: string): Promise<Response> {
  return window.fetch(path, { method: 'POST', signal: AbortSignal.timeout(RENEW_MS_MAX) })
}

/**
 * Browsers have locks on HTTPS and on loopback only. Without them two tabs may renew at the same moment, which the server
 * allows: for half a minute the predecessor of a token is worth as much as the token.
 */
async function runExclusively<T>(work: () => Promise<T>): Promise<T> {
  const { locks } = window.navigator as Partial<Navigator>
  return locks === undefined ? work() : await locks.request(NOTE_KEY, work)
}
