import { useQuery } from '@tanstack/react-query'
import { queryKeys } from '../../api/queryKeys.ts'
import { listTemplates } from './calls.ts'

/** They change with the program only. */
const STALE_MS = 3_600_000

export function useTemplates() {
  return useQuery({ queryKey: queryKeys.templates, queryFn: listTemplates, staleTime: STALE_MS })
}
