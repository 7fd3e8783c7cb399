import { parseProblem, unreachable } from './problem.ts'
import type { Session } from './session.ts'

type Send = (request: Request) => Promise<Response>

/**
 * Sends requests as the signed-in user. An expired token is renewed once and the request repeated; a token
 * that the server does not know ends the session.
 */
export function createAuthorizedFetch(session: Pick<Session, 'token' | 'renew' | 'end'>, send: Send): Send {
  return async (request) => {
    // The body can be read once only, so the copy for a second attempt is taken before the first.
    const again = request.clone()
    const token = session.token
    const answer = await sendReachable(send, withToken(request, token))
    if (answer.status !== 401 || token === undefined) return answer

    const problem = parseProblem(answer, await readJson(answer.clone()))
    if (problem.code === 'UNAUTHENTICATED' && session.token === token) session.end('expired')
    if (problem.code !== 'TOKEN_EXPIRED') return answer

    const isRenewed = session.token !== token || (await renewReachable(session))
    return isRenewed ? sendReachable(send, withToken(again, session.token)) : answer
  }
}

export async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

function withToken(request: Request, token: string | undefined): Request {
  if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`)
  return request
}

async function sendReachable(send: Send, request: Request): Promise<Response> {
  try {
    return await send(request)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw unreachable()
  }
}

async function renewReachable(session: Pick<Session, 'renew'>): Promise<boolean> {
  try {
    return await session.renew()
  } catch {
    throw unreachable()
  }
}
