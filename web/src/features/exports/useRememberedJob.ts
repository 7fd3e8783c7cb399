import { useState } from 'react'
import type { ExportFormat } from './calls.ts'

/** The project's last export of a format, kept for this tab, so that going away and back loses nothing. */
export function useRememberedJob(projectId: string, format: ExportFormat) {
  const key = `vitascope.export.${projectId}.${format}`
  const [jobId, setJobId] = useState(() => window.sessionStorage.getItem(key) ?? undefined)
  const remember = (id: string) => {
    window.sessionStorage.setItem(key, id)
    setJobId(id)
  }
  return [jobId, remember] as const
}
