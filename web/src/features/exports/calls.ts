import { api, unwrap } from '../../api/client.ts'
import type { Job } from '../../api/model.ts'

export type ExportFormat = 'film' | 'storyboard'

export interface ExportOrder {
  format: ExportFormat
  /** How long one clip fades into the next; films only. */
  crossfadeSeconds?: number
}

export function startExport(projectId: string, body: ExportOrder) {
  return unwrap(api.POST('/api/projects/{id}/export', { params: { path: { id: projectId } }, body }))
}

export function findJob(id: string) {
  return unwrap(api.GET('/api/jobs/{id}', { params: { path: { id } } }))
}

export function isJobFinal(status: Job['status']): boolean {
  return status !== 'queued' && status !== 'running'
}
