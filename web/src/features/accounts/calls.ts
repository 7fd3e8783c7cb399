import { api, session, unwrap } from '../../api/client.ts'

export interface Credentials {
  email: string
  password: string
}

/** The refresh token never is where a script could read it. */
const IN_COOKIE = { query: { cookie: true } }

/** `goOn` is called between the answer and the session, so that the first page is already the right one. */
export async function login(credentials: Credentials, goOn: () => void): Promise<void> {
  const answer = await unwrap(api.POST('/api/auth/login', { params: IN_COOKIE, body: credentials }))
  goOn()
  session.start(answer)
}

export async function register(credentials: Credentials & { name: string }, goOn: () => void): Promise<void> {
  const { name, ...rest } = credentials
  const body = name === '' ? rest : credentials
  const answer = await unwrap(api.POST('/api/auth/register', { params: IN_COOKIE, body }))
  goOn()
  session.start(answer)
}

/** Signs out here and in every tab. */
export function logout(): Promise<void> {
  return session.leave()
}

export function findDashboard() {
  return unwrap(api.GET('/api/dashboard', {}))
}
