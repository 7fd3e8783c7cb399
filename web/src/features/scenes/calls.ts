import { api, unwrap } from '../../api/client.ts'
import type { Scene } from '../../api/model.ts'

/** The contract's limits: a page, and a project, so that a loop over pages ends. */
const PAGE_SIZE = 100
const SCENES_MAX = 200

/** All scenes of a project in order. A project is small enough to be laid out whole on the table. */
export async function listAllScenes(projectId: string): Promise<Scene[]> {
  const scenes: Scene[] = []
  let cursor: string | undefined
  do {
    const page: ScenePage = await listScenes(projectId, cursor)
    scenes.push(...page.scenes)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && scenes.length < SCENES_MAX)
  return scenes
}

type ScenePage = Awaited<ReturnType<typeof listScenes>>

function listScenes(projectId: string, cursor: string | undefined) {
  const params = { path: { id: projectId }, query: { limit: PAGE_SIZE, cursor } }
  return unwrap(api.GET('/api/projects/{id}/scenes', { params }))
}

export function addScene(projectId: string, prompt: string) {
  return unwrap(
    api.POST('/api/projects/{id}/scenes', { params: { path: { id: projectId } }, body: { prompt } }),
  )
}

export function updateScene(id: string, body: { prompt?: string; durationSeconds?: number }) {
  return unwrap(api.PATCH('/api/scenes/{id}', { params: { path: { id } }, body }))
}

export function deleteScene(id: string) {
  return unwrap(api.DELETE('/api/scenes/{id}', { params: { path: { id } } }))
}

export function orderProjectScenes(projectId: string, sceneIds: string[]) {
  return unwrap(
    api.POST('/api/projects/{id}/scenes/order', { params: { path: { id: projectId } }, body: { sceneIds } }),
  )
}
