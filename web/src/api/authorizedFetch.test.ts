import { expect, test, vi } from 'vitest'
import { createAuthorizedFetch } from './authorizedFetch.ts'
import { Problem } from './problem.ts'

interface Seen {
  authorization: string | null
  body: string
}

function setUp(answers: (Response | Error)[], renew: () => Promise<boolean> = () => Promise.resolve(true)) {
  const seen: Seen[] = []
  const session = {
    token: 'old' as string | undefined,
    renew: vi.fn(async () => {
      const isRenewed = await renew()
      if (isRenewed) session.token = 'new'
      return isRenewed
    }),
    end: vi.fn(),
  }
  const send = createAuthorizedFetch(session, async (request) => {
    seen.push({ authorization: request.headers.get('Authorization'), body: await request.text() })
    const answer = answers.shift()
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer left')
    return answer
  })
  const post = () => send(new Request('http://test/api/projects', { method: 'POST', body: '{"title":"A"}' }))
  return { post, seen, session }
}

const refusal = (code: string) => Response.json({ code }, { status: 401 })

test('an expired token is renewed once and the request repeated with its body', async () => {
  const { post, seen, session } = setUp([refusal('TOKEN_EXPIRED'), Response.json({}, { status: 201 })])
  expect((await post()).status).toBe(201)
  expect(session.renew).toHaveBeenCalledOnce()
  expect(seen).toEqual([
    { authorization: 'Bearer old', body: '{"title":"A"}' },
    { authorization: 'Bearer new', body: '{"title":"A"}' },
  ])
})

test('a token that stays expired is not tried for ever', async () => {
  const { post, seen } = setUp([refusal('TOKEN_EXPIRED'), refusal('TOKEN_EXPIRED')])
  expect((await post()).status).toBe(401)
  expect(seen).toHaveLength(2)
})

test('a token that another request has renewed meanwhile is used as it is', async () => {
  const { post, session, seen } = setUp([refusal('TOKEN_EXPIRED'), new Response(null, { status: 204 })])
  const answer = post()
  session.token = 'newer'
  expect((await answer).status).toBe(204)
  expect(session.renew).not.toHaveBeenCalled()
  expect(seen[1]?.authorization).toBe('Bearer newer')
})

test('a refused renewal gives the first answer back', async () => {
  const { post, seen } = setUp([refusal('TOKEN_EXPIRED')], () => Promise.resolve(false))
  expect((await post()).status).toBe(401)
  expect(seen).toHaveLength(1)
})

test('an unknown token ends the session; wrong credentials do not', async () => {
  const unknown = setUp([refusal('UNAUTHENTICATED')])
  await unknown.post()
  expect(unknown.session.end).toHaveBeenCalledWith('expired')

  const wrong = setUp([refusal('INVALID_CREDENTIALS')])
  await wrong.post()
  expect(wrong.session.end).not.toHaveBeenCalled()
  expect(wrong.session.renew).not.toHaveBeenCalled()
})

test('a server that does not answer is a problem with words', async () => {
  const { post } = setUp([new TypeError('Failed to fetch')])
  const problem = await post().catch((error: unknown) => error)
  expect(problem).toBeInstanceOf(Problem)
  expect(problem).toMatchObject({ code: 'UNREACHABLE', status: 0 })
})

test('a request that its page no longer wants stays an abort', async () => {
  const { post } = setUp([new DOMException('gone', 'AbortError')])
  await expect(post()).rejects.toMatchObject({ name: 'AbortError' })
})
