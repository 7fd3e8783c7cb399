import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ApiKey } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { Button } from '../../ui/Button.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { TimeAgo } from '../../ui/TimeAgo.tsx'
import { useNow } from '../../ui/useNow.ts'
import { deleteKey, listKeys } from './calls.ts'
import { describeExpiry, keyStateOf } from './keyLife.ts'
import { KeySecret } from './KeySecret.tsx'
import { NewKeyForm } from './NewKeyForm.tsx'

export function KeysSection() {
  const keys = useQuery({ queryKey: queryKeys.apiKeys, queryFn: listKeys })
  const [made, setMade] = useState<{ name: string; secret: string }>()
  return (
    <section className="settings-part" aria-labelledby="keys-title">
      <h2 id="keys-title">API keys</h2>
      <p className="quiet settings-lead">
        With a key, a program does what you do here. It is shown once, and can be revoked at any time.
      </p>
      {made === undefined ? (
        <NewKeyForm onMade={setMade} />
      ) : (
        <KeySecret name={made.name} secret={made.secret} onDone={() => setMade(undefined)} />
      )}
      {keys.error !== null && <ErrorNotice error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.data !== undefined && <KeyList keys={keys.data.keys} />}
    </section>
  )
}

function KeyList({ keys }: { keys: ApiKey[] }) {
  const nowMs = useNow(true, 30_000)
  if (keys.length === 0) {
    return (
      <div className="settings-example">
        <p>No key yet. One that is made above is used like this:</p>
        <pre>
          <code>{`curl ${window.location.origin}/api/projects -H "authorization: Bearer vsk_…"`}</code>
        </pre>
      </div>
    )
  }
  return (
    <ul className="settings-list" aria-label="API keys">
      {keys.map((key) => (
        <KeyRow key={key.id} apiKey={key} nowMs={nowMs} />
      ))}
    </ul>
  )
}

function KeyRow({ apiKey, nowMs }: { apiKey: ApiKey; nowMs: number }) {
  const [isAsked, setIsAsked] = useState(false)
  const queryClient = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => deleteKey(apiKey.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.apiKeys }),
  })
  const state = keyStateOf(apiKey, nowMs)
  const isPast = state === 'expired'
  return (
    <li>
      <div className="settings-row-main">
        <b>{apiKey.name}</b>
        <span className="figures quiet">{apiKey.scopes.join(', ')}</span>
      </div>
      <p className="settings-row-facts small quiet">
        <span className={isPast ? 'mark failed' : state === 'ending' ? 'mark working' : undefined}>
          {(isPast || state === 'ending') && <Icon name={isPast ? 'stopped' : 'waiting'} />}
          {describeExpiry(apiKey, nowMs)}
        </span>
        <span>
          {apiKey.lastUsedAt === null ? (
            'Never used'
          ) : (
            <>
              Used <TimeAgo time={apiKey.lastUsedAt} />
            </>
          )}
        </span>
        <span>
          Made <TimeAgo time={apiKey.createdAt} />
        </span>
      </p>
      <Button tone="danger" icon="trash" onClick={() => setIsAsked(true)}>
        Revoke<span className="visually-hidden"> {apiKey.name}</span>
      </Button>
      {isAsked && (
        <ConfirmDialog
          title={`Revoke “${apiKey.name}”?`}
          confirmWords="Revoke key"
          pendingWords="Revoking"
          isPending={revoke.isPending}
          error={revoke.error}
          onConfirm={() => revoke.mutate()}
          onClose={() => setIsAsked(false)}
        >
          Programs that use it are refused from now on. What they have made stays.
        </ConfirmDialog>
      )}
    </li>
  )
}
