import { api, session, unwrap } from '../../api/client.ts'

export interface Credentials {
  email: string
  password: string
}

export async function login(credentials: Credentials): Promise<void> {
  session.start(await unwrap(api.POST('/api/auth/login', { body: credentials })))
}

export async function register(credentials: Credentials & { name: string }): Promise<void> {
  const { name, ...rest } = credentials
  const body = name === '' ? rest : credentials
  session.start(await unwrap(api.POST('/api/auth/register', { body })))
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
