import { api, unwrap } from '../../api/client.ts'
import type { JobStatus, ManagedUserPatch } from '../../api/model.ts'

/** Rows that fill an operator's screen. */
const PAGE_SIZE = 50

/** `/admin/…` is a page for browsers; asked for as JSON it is the interface of the same name. */
const AS_JSON = { Accept: 'application/json' }

export function listUsers(email: string, cursor: string | undefined) {
  const query = { limit: PAGE_SIZE, cursor, ...(email === '' ? {} : { email }) }
  return unwrap(api.GET('/api/admin/users', { params: { query } }))
}

export function updateUser(id: string, body: ManagedUserPatch) {
  return unwrap(api.PATCH('/api/admin/users/{id}', { params: { path: { id } }, body }))
}

export function listAudit(cursor: string | undefined) {
  return unwrap(api.GET('/api/admin/audit', { params: { query: { limit: PAGE_SIZE, cursor } } }))
}

export function listQueues() {
  return unwrap(api.GET('/admin/queue', { headers: AS_JSON }))
}

export function pauseQueue(name: string) {
  return unwrap(api.POST('/admin/queue/{name}/pause', { params: { path: { name } }, headers: AS_JSON }))
}

export function resumeQueue(name: string) {
  return unwrap(api.POST('/admin/queue/{name}/resume', { params: { path: { name } }, headers: AS_JSON }))
}

export function listQueueJobs(name: string, state: JobStatus, cursor: string | undefined) {
  const params = { path: { name }, query: { state, limit: PAGE_SIZE, cursor } }
  return unwrap(api.GET('/admin/queue/{name}/jobs', { params, headers: AS_JSON }))
}

export function inspectJob(id: string) {
  return unwrap(api.GET('/admin/jobs/{id}', { params: { path: { id } }, headers: AS_JSON }))
}

export function requeueJob(id: string) {
  return unwrap(api.POST('/admin/jobs/{id}/requeue', { params: { path: { id } }, headers: AS_JSON }))
}

export function cancelJob(id: string) {
  return unwrap(api.POST('/admin/jobs/{id}/cancel', { params: { path: { id } }, headers: AS_JSON }))
}

export function setJobPriority(id: string, priority: number) {
  const params = { path: { id } }
  return unwrap(api.POST('/admin/jobs/{id}/priority', { params, body: { priority }, headers: AS_JSON }))
}
