import { useQuery } from '@tanstack/react-query'
import { queryKeys } from '../../api/queryKeys.ts'
import { listModels } from './calls.ts'

/** Models change when an administrator changes them, which is rare. */
const MODELS_STALE_MS = 300_000

export function useModels() {
  return useQuery({ queryKey: queryKeys.models, queryFn: listModels, staleTime: MODELS_STALE_MS })
}
