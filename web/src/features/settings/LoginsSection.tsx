import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ListedLogin } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { Button } from '../../ui/Button.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { TimeAgo } from '../../ui/TimeAgo.tsx'
import { deleteLogin, deleteOtherLogins, listLogins } from './calls.ts'
import { describeDevice } from './device.ts'

export function LoginsSection() {
  const query = useInfiniteQuery({
    queryKey: queryKeys.logins,
    queryFn: ({ pageParam }) => listLogins(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
  const logins = query.data?.pages.flatMap((page) => page.logins) ?? []
  const hasOthers = query.hasNextPage || logins.some(({ current }) => !current)
  return (
    <section className="settings-part" aria-labelledby="logins-title">
      <h2 id="logins-title">Logins</h2>
      <p className="quiet settings-lead">
        Where you are signed in. A login ends by itself after a week without use.
      </p>
      {query.error !== null && <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />}
      <ul className="settings-list" aria-label="Logins" aria-busy={query.isPending}>
        {logins.map((login) => (
          <LoginRow key={login.id} login={login} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button
          isPending={query.isFetchingNextPage}
          pendingWords="Loading"
          onClick={() => void query.fetchNextPage()}
        >
          Show older logins
        </Button>
      )}
      {query.data !== undefined && <OtherLogins hasOthers={hasOthers} />}
    </section>
  )
}

function LoginRow({ login }: { login: ListedLogin }) {
  const queryClient = useQueryClient()
  const end = useMutation({
    mutationFn: () => deleteLogin(login.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.logins }),
  })
  const device = describeDevice(login.userAgent)
  return (
    <li>
      <div className="settings-row-main">
        <b title={login.userAgent ?? undefined}>{device}</b>
        {login.current && (
          <span className="mark done">
            <Icon name="done" />
            This one
          </span>
        )}
      </div>
      <p className="settings-row-facts small quiet">
        {login.address !== null && <span className="figures">{login.address}</span>}
        <span>
          Used <TimeAgo time={login.lastUsedAt} />
        </span>
        <span>
          Begun <TimeAgo time={login.createdAt} />
        </span>
      </p>
      {!login.current && (
        <Button
          tone="danger"
          icon="stopped"
          isPending={end.isPending}
          pendingWords="Ending"
          onClick={() => end.mutate()}
        >
          End<span className="visually-hidden"> the login {device}</span>
        </Button>
      )}
      {end.error !== null && <ErrorNotice error={end.error} />}
    </li>
  )
}

function OtherLogins({ hasOthers }: { hasOthers: boolean }) {
  const [isAsked, setIsAsked] = useState(false)
  const queryClient = useQueryClient()
  const end = useMutation({
    mutationFn: deleteOtherLogins,
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: queryKeys.logins })
      setIsAsked(false)
    },
  })
  if (!hasOthers) return <p className="quiet small">You are signed in nowhere else.</p>
  return (
    <>
      <div className="row">
        <Button icon="stopped" onClick={() => setIsAsked(true)}>
          End all others
        </Button>
      </div>
      {isAsked && (
        <ConfirmDialog
          title="End all other logins?"
          confirmWords="End all others"
          pendingWords="Ending"
          isPending={end.isPending}
          error={end.error}
          onConfirm={() => end.mutate()}
          onClose={() => setIsAsked(false)}
        >
          Whoever uses them is asked for the password again. You stay signed in here, and API keys go on
          working.
        </ConfirmDialog>
      )}
    </>
  )
}
