import type { AdminJob } from '../../api/model.ts'
import { Button } from '../../ui/Button.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { actsOn } from './queueWords.ts'
import { useJobActs } from './useJobActs.ts'

/** What can be done about a job at once: put it back, or call it off. */
export function JobAct({ job }: { job: AdminJob }) {
  const { requeue, cancel } = useJobActs(job.id)
  const { canRequeue, canCancel } = actsOn(job)
  return (
    <>
      {canRequeue && (
        <Button
          tone="plain"
          icon="retry"
          isPending={requeue.isPending}
          pendingWords="Putting back"
          onClick={() => requeue.mutate()}
        >
          Put back<span className="visually-hidden"> {job.id}</span>
        </Button>
      )}
      {canCancel && (
        <Button
          tone="danger"
          icon="stopped"
          isPending={cancel.isPending}
          pendingWords="Calling off"
          onClick={() => cancel.mutate()}
        >
          Call off<span className="visually-hidden"> {job.id}</span>
        </Button>
      )}
      {job.cancelRequestedAt !== null && job.endedAt === null && <span className="quiet">Stopping</span>}
      {[requeue, cancel].map(
        ({ error }, place) => error !== null && <ErrorNotice key={place} error={error} />,
      )}
    </>
  )
}
