import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ManagedUser } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { useSession } from '../../api/useSession.ts'
import { Button } from '../../ui/Button.tsx'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { formatCount } from '../../ui/format.ts'
import { Icon } from '../../ui/Icon.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { TimeAgo } from '../../ui/TimeAgo.tsx'
import { useTitle } from '../../ui/useTitle.ts'
import { AccountTabs } from './AccountTabs.tsx'
import { listUsers } from './calls.ts'
import { MoreRows } from './MoreRows.tsx'
import { UserDialog } from './UserDialog.tsx'
import { useRested } from './useRested.ts'
import './admin.css'

export default function UsersPage() {
  useTitle('Accounts')
  const [typed, setTyped] = useState('')
  const email = useRested(typed.trim().toLowerCase())
  const [chosen, setChosen] = useState<string>()
  const session = useSession()
  const ownId = session.phase === 'signedIn' ? session.user.id : undefined
  const query = useInfiniteQuery({
    queryKey: queryKeys.managedUsers(email),
    queryFn: ({ pageParam }) => listUsers(email, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
  const users = query.data?.pages.flatMap((page) => page.users) ?? []
  const user = users.find(({ id }) => id === chosen)
  return (
    <main className="page admin" id="content" aria-busy={query.isPending}>
      <h1>Accounts</h1>
      <AccountTabs current="/admin/users" />
      <div className="admin-search">
        <TextField
          label="Address begins with"
          type="search"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      {query.error !== null && <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />}
      {query.data !== undefined && users.length === 0 && (
        <EmptyState action={<Button onClick={() => setTyped('')}>Show all accounts</Button>}>
          No account has an address that begins like this.
        </EmptyState>
      )}
      {users.length > 0 && (
        <DataTable
          caption="Accounts"
          columns={columns(ownId, setChosen)}
          rows={users}
          keyOf={({ id }) => id}
        />
      )}
      <MoreRows query={query} words="Show more accounts" />
      {user !== undefined && (
        <UserDialog user={user} isSelf={user.id === ownId} onClose={() => setChosen(undefined)} />
      )}
    </main>
  )
}

function columns(ownId: string | undefined, choose: (id: string) => void): Column<ManagedUser>[] {
  return [
    {
      title: 'Address',
      cell: ({ id, email, name }) => (
        <>
          {email} {id === ownId && <span className="quiet">(you)</span>}
          {name !== '' && <span className="admin-under quiet">{name}</span>}
        </>
      ),
    },
    { title: 'Role', cell: ({ role }) => role },
    { title: 'State', cell: ({ disabled }) => <AccountState isDisabled={disabled} /> },
    { title: 'To spend', isFigure: true, cell: ({ balance }) => formatCount(balance) },
    { title: 'Reserved', isFigure: true, cell: ({ reserved }) => formatCount(reserved) },
    { title: 'Made', cell: ({ createdAt }) => <TimeAgo time={createdAt} /> },
    {
      title: 'Act',
      cell: ({ id, email }) => (
        <Button tone="plain" icon="pencil" onClick={() => choose(id)}>
          Change<span className="visually-hidden"> {email}</span>
        </Button>
      ),
    },
  ]
}

function AccountState({ isDisabled }: { isDisabled: boolean }) {
  return isDisabled ? (
    <span className="mark failed">
      <Icon name="stopped" />
      Disabled
    </span>
  ) : (
    <span className="mark done">
      <Icon name="done" />
      Let in
    </span>
  )
}
