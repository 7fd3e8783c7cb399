import { api, unwrap } from '../../api/client.ts'

const PAGE_SIZE = 50

export function listProjects(cursor: string | undefined) {
  return unwrap(api.GET('/api/projects', { params: { query: { limit: PAGE_SIZE, cursor } } }))
}

export function findProject(id: string) {
  return unwrap(api.GET('/api/projects/{id}', { params: { path: { id } } }))
}

/** With the scenes of a template, where one is named. */
export function addProject(body: { title: string; templateId?: string }) {
  return unwrap(api.POST('/api/projects', { body }))
}

export function renameProject(id: string, title: string) {
  return unwrap(api.PATCH('/api/projects/{id}', { params: { path: { id } }, body: { title } }))
}

export function deleteProject(id: string) {
  return unwrap(api.DELETE('/api/projects/{id}', { params: { path: { id } } }))
}
