import { Problem } from '../../api/problem.ts'
import { ErrorNotice } from '../../ui/Notice.tsx'

/** Why no clip is being made, and what helps. */
export function GenerateProblem({ error }: { error: unknown }) {
  return (
    <div className="generate-problem">
      <ErrorNotice error={error} />
      {isShortOfCredits(error) && (
        <p className="field-note">
          Nothing was taken. A shorter clip or a cheaper model needs fewer credits; cancelling a clip that
          waits gives its credits back.
        </p>
      )}
    </div>
  )
}

export function isShortOfCredits(error: unknown): boolean {
  return error instanceof Problem && error.status === 402
}
