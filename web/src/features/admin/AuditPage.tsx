import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query'
import type { AuditEntry, ManagedUser } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { TimeAgo } from '../../ui/TimeAgo.tsx'
import { useTitle } from '../../ui/useTitle.ts'
import { VirtualList } from '../../ui/VirtualList.tsx'
import { AccountTabs } from './AccountTabs.tsx'
import { describeAct } from './auditWords.ts'
import { listAudit, listUsers } from './calls.ts'
import './admin.css'

export default function AuditPage() {
  useTitle('What administrators did')
  const query = useInfiniteQuery({
    queryKey: queryKeys.audit,
    queryFn: ({ pageParam }) => listAudit(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
  const nameOf = useNames()
  return (
    <main className="page admin" id="content">
      <h1>Accounts</h1>
      <AccountTabs current="/admin/audit" />
      <p className="quiet">
        The log holds ids and no addresses. Those of the newest accounts are shown by their address.
      </p>
      <VirtualList
        label="What administrators did"
        memoryKey="audit"
        query={query}
        itemsOf={(page) => page.entries}
        keyOf={(entry) => entry.id}
        estimatedHeight={41}
        renderItem={(entry) => <AuditLine entry={entry} nameOf={nameOf} />}
        empty={<EmptyState>No administrator has done anything yet that is written down.</EmptyState>}
      />
    </main>
  )
}

function AuditLine({ entry, nameOf }: { entry: AuditEntry; nameOf: (id: string) => string }) {
  const { actorId, subjectId, createdAt } = entry
  return (
    <p className="audit-line">
      <span className="quiet small">
        <TimeAgo time={createdAt} />
      </span>
      <span>
        {actorId === null ? 'The command line' : <b>{nameOf(actorId)}</b>} {describeAct(entry)}{' '}
        {subjectId !== null && <b>{nameOf(subjectId)}</b>}
      </span>
    </p>
  )
}

type UserPages = InfiniteData<{ users: ManagedUser[] }>

/** The addresses of the accounts that the other tab has, or would have, on its first page. */
function useNames(): (id: string) => string {
  const queryClient = useQueryClient()
  const { data } = useInfiniteQuery({
    queryKey: queryKeys.managedUsers(''),
    queryFn: ({ pageParam }) => listUsers('', pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
  const searched = queryClient.getQueriesData<UserPages>({ queryKey: queryKeys.allManagedUsers })
  const pages = [data, ...searched.map(([, found]) => found)].flatMap((found) => found?.pages ?? [])
  const names = new Map(pages.flatMap(({ users }) => users.map(({ id, email }) => [id, email])))
  return (id) => names.get(id) ?? id
}
