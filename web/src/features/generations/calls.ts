import { api, unwrap } from '../../api/client.ts'
import type { GenerateIn } from '../../api/model.ts'
import { createRequestKey } from '../../api/requestKey.ts'

export const PAGE_SIZE = 20

export function findGeneration(id: string) {
  return unwrap(api.GET('/api/generations/{id}', { params: { path: { id } } }))
}

export function findStatus(id: string) {
  return unwrap(api.GET('/api/generations/{id}/status', { params: { path: { id } } }))
}

export function listGenerations(sceneId: string, cursor: string | undefined) {
  const query = { limit: PAGE_SIZE, cursor }
  return unwrap(api.GET('/api/scenes/{id}/generations', { params: { path: { id: sceneId }, query } }))
}

export function listModels() {
  return unwrap(api.GET('/api/models', {}))
}

/** The key makes one press one generation, even when the request is sent again after a lost answer. */
export function generate(projectId: string, body: GenerateIn, key = createRequestKey()) {
  const header = { 'Idempotency-Key': key }
  return unwrap(
    api.POST('/api/projects/{id}/generate', { params: { path: { id: projectId }, header }, body }),
  )
}

export function cancelGeneration(id: string) {
  return unwrap(api.POST('/api/generations/{id}/cancel', { params: { path: { id } } }))
}

export function retryGeneration(id: string) {
  return unwrap(api.POST('/api/generations/{id}/retry', { params: { path: { id } } }))
}

export function selectGeneration(sceneId: string, generationId: string) {
  return unwrap(
    api.POST('/api/scenes/{id}/select', { params: { path: { id: sceneId } }, body: { generationId } }),
  )
}
