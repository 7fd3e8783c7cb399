import { useQuery } from '@tanstack/react-query'
import { Link, Redirect } from 'wouter'
import { queryKeys } from '../../api/queryKeys.ts'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { useTitle } from '../../ui/useTitle.ts'
import { findGeneration } from './calls.ts'

/** The address of a generation: goes on to its scene. The ledger knows no more of it than its id. */
export default function GenerationPage({ generationId }: { generationId: string }) {
  useTitle('Clip')
  const { data, error, refetch } = useQuery({
    queryKey: queryKeys.generation(generationId),
    queryFn: () => findGeneration(generationId),
  })
  if (data !== undefined)
    return <Redirect to={`/projects/${data.projectId}/scenes/${data.sceneId}`} replace />
  return (
    <main className="page page-message" id="content" aria-busy={error === null}>
      {error !== null && (
        <>
          <h1>This clip is not there</h1>
          <ErrorNotice error={error} onRetry={() => void refetch()} />
          <p>
            Its scene or its project may have been deleted. What it cost stays in the{' '}
            <Link href="/credits">ledger</Link>.
          </p>
        </>
      )}
    </main>
  )
}
