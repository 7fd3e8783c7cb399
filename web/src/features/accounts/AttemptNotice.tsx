import { Problem } from '../../api/problem.ts'
import { Icon } from '../../ui/Icon.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { Words } from '../../ui/Words.tsx'
import { describeWait, isToldByFields, withoutWait } from './refusal.ts'

interface AttemptNoticeProps {
  error: unknown
  waitSeconds: number
  /** The fields of the form that show what the server says about them. */
  fields: readonly string[]
}

/** Why an attempt failed, unless the fields say it; with a clock while the next one has to wait. */
export function AttemptNotice({ error, waitSeconds, fields }: AttemptNoticeProps) {
  if (error === null || isToldByFields(error, fields)) return null
  if (!(error instanceof Problem) || error.retryAfterSeconds === undefined)
    return <ErrorNotice error={error} />
  return (
    <div className="notice" role="alert">
      <Icon name="waiting" />
      <p>
        <Words>{withoutWait(error.detail)}</Words>{' '}
        {waitSeconds > 0 ? (
          <span aria-hidden="true">
            Try again in <span className="figures">{describeWait(waitSeconds)}</span>.
          </span>
        ) : (
          'You can try again now.'
        )}
      </p>
    </div>
  )
}
