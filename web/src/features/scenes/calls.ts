import { api, unwrap } from '../../api/client.ts'
import type { Scene } from '../../api/model.ts'
import { createRequestKey } from '../../api/requestKey.ts'
import type { TaggedScene } from './savePrompt.ts'

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

export interface NewScene {
  prompt: string
  durationSeconds?: number
  /** From 0; at the end when it is not said. */
  position?: number
}

/** The key makes one press one scene, even when the request is sent again after a lost answer. */
export function addScene(projectId: string, body: NewScene) {
  const params = { path: { id: projectId }, header: { 'Idempotency-Key': createRequestKey() } }
  return unwrap(api.POST('/api/projects/{id}/scenes', { params, body }))
}

export async function findTaggedScene(id: string): Promise<Scene & TaggedScene> {
  const call = api.GET('/api/scenes/{id}', { params: { path: { id } } })
  return withTag(await unwrap(call), (await call).response)
}

export function updateScene(id: string, body: { durationSeconds: number }) {
  return unwrap(api.PATCH('/api/scenes/{id}', { params: { path: { id } }, body }))
}

/** Refused with 412 when the scene was changed since `etag`. */
export async function updatePrompt(id: string, prompt: string, etag: string): Promise<Scene & TaggedScene> {
  const params = { path: { id }, header: { 'If-Match': etag } }
  const call = api.PATCH('/api/scenes/{id}', { params, body: { prompt } })
  return withTag(await unwrap(call), (await call).response)
}

function withTag(scene: Scene, response: Response): Scene & TaggedScene {
  return { ...scene, etag: response.headers.get('ETag') }
}

export function deleteScene(id: string) {
  return unwrap(api.DELETE('/api/scenes/{id}', { params: { path: { id } } }))
}

export function orderProjectScenes(projectId: string, sceneIds: string[]) {
  return unwrap(
    api.POST('/api/projects/{id}/scenes/order', { params: { path: { id: projectId } }, body: { sceneIds } }),
  )
}
