import { api, unwrap } from '../../api/client.ts'
import type { Job } from '../../api/model.ts'

export type ExportFormat = 'film' | 'storyboard'

export function startExport(projectId: string, format: ExportFormat) {
  return unwrap(
    api.POST('/api/projects/{id}/export', { params: { path: { id: projectId } }, body: { format } }),
  )
}

export function findJob(id: string) {
  return unwrap(api.GET('/api/jobs/{id}', { params: { path: { id } } }))
}

export function isJobFinal(status: Job['status']): boolean {
  return status !== 'queued' && status !== 'running'
}
