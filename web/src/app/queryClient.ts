import { QueryClient } from '@tanstack/react-query'
import { Problem } from '../api/problem.ts'

const RETRIES_MAX = 2

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => failures < RETRIES_MAX && isWorthRetrying(error),
      },
      // The user decides whether to repeat a change: its error stands beside the control.
      mutations: { retry: false, networkMode: 'always' },
    },
  })
}

/** No answer, and answers that say "later", may be better the next time; a refusal will not be. */
function isWorthRetrying(error: unknown): boolean {
  return error instanceof Problem && (error.status === 0 || error.status >= 500)
}
