import { api, session, unwrap } from '../../api/client.ts'
import type { KeyScope } from '../../api/model.ts'

/** The contract's largest page; an account has at most as many keys. */
const PAGE_SIZE = 100

/** The session has the name as well, and learns it with its next token. */
export async function rename(name: string): Promise<void> {
  await unwrap(api.PATCH('/api/me', { body: { name } }))
  await session.renew()
}

export function listKeys() {
  return unwrap(api.GET('/api/keys', { params: { query: { limit: PAGE_SIZE } } }))
}

export interface NewKey {
  name: string
  scopes: KeyScope[]
  expiresAt: string | null
}

export function createKey(body: NewKey) {
  return unwrap(api.POST('/api/keys', { body }))
}

export function deleteKey(id: string) {
  return unwrap(api.DELETE('/api/keys/{id}', { params: { path: { id } } }))
}

export function listLogins(cursor: string | undefined) {
  return unwrap(api.GET('/api/me/logins', { params: { query: { limit: PAGE_SIZE, cursor } } }))
}

export function deleteLogin(id: string) {
  return unwrap(api.DELETE('/api/me/logins/{id}', { params: { path: { id } } }))
}

export function deleteOtherLogins() {
  return unwrap(api.DELETE('/api/me/logins', {}))
}

export async function changePassword(body: { currentPassword: string; newPassword: string }): Promise<void> {
  await unwrap(api.POST('/api/me/password', { body }))
}

export async function deleteAccount(password: string): Promise<void> {
  await unwrap(api.DELETE('/api/me', { body: { password } }))
  session.end('none')
}
