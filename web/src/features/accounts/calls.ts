import { api, session, unwrap } from '../../api/client.ts'

export interface Credentials {
  email: string
  password: string
}

/** `goOn` is called between the answer and the session, so that the first page is already the right one. */
export async function login(credentials: Credentials, goOn: () => void): Promise<void> {
  const answer = await unwrap(api.POST('/api/auth/login', { body: credentials }))
  goOn()
  session.start(answer)
}

export async function register(credentials: Credentials & { name: string }, goOn: () => void): Promise<void> {
  const { name, ...rest } = credentials
  const body = name === '' ? rest : credentials
  const answer = await unwrap(api.POST('/api/auth/register', { body }))
  goOn()
  session.start(answer)
}

/** Ends the session here whatever the server says; its refresh token is asked to be forgotten there too. */
export async function logout(): Promise<void> {
  try {
    await unwrap(api.POST('/api/auth/logout', {}))
  } catch {
    // A server that is away can't be told; the token runs out by itself.
  }
  session.end('none')
}

export function findDashboard() {
  return unwrap(api.GET('/api/dashboard', {}))
}
