import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import type { KeyScope } from '../../api/model.ts'
import { Problem } from '../../api/problem.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { useSession } from '../../api/useSession.ts'
import { Button } from '../../ui/Button.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { SelectField } from '../../ui/SelectField.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { createKey } from './calls.ts'
import { expiryAfter, KEY_LIVES } from './keyLife.ts'

const SCOPES: { scope: KeyScope; words: string }[] = [
  { scope: 'read', words: 'Read: look at everything that is yours' },
  { scope: 'write', words: 'Write: make, change and delete' },
  { scope: 'admin', words: 'Admin: what administrators do' },
]

interface NewKeyFormProps {
  onMade: (key: { name: string; secret: string }) => void
}

export function NewKeyForm({ onMade }: NewKeyFormProps) {
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<KeyScope[]>(['read', 'write'])
  const [days, setDays] = useState<number>(90)
  const queryClient = useQueryClient()
  const session = useSession()
  const isAdmin = session.phase === 'signedIn' && session.user.role === 'admin'
  const action = useMutation({
    mutationFn: createKey,
    onSuccess: ({ name: madeName, secret }) => {
      void queryClient.invalidateQueries({ queryKey: queryKeys.apiKeys })
      onMade({ name: madeName, secret })
    },
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    action.mutate({ name: name.trim(), scopes, expiresAt: expiryAfter(days, Date.now()) })
  }
  const toggle = (scope: KeyScope) => {
    setScopes(scopes.includes(scope) ? scopes.filter((kept) => kept !== scope) : [...scopes, scope])
  }
  const nameError = action.error instanceof Problem ? action.error.fieldDetail('name') : undefined
  return (
    <form className="settings-form" onSubmit={submit}>
      <TextField
        label="What the key is for"
        placeholder="Nightly export"
        required
        maxLength={100}
        autoComplete="off"
        value={name}
        error={nameError}
        onChange={(event) => setName(event.target.value)}
      />
      <SelectField
        label="How long it works"
        choices={KEY_LIVES.map(({ days: length, words }) => ({ value: String(length), words }))}
        value={days}
        onChange={(event) => setDays(Number(event.target.value))}
      />
      <fieldset className="choices">
        <legend>What it may do</legend>
        <div className="settings-scopes">
          {SCOPES.filter(({ scope }) => scope !== 'admin' || isAdmin).map(({ scope, words }) => (
            <label key={scope}>
              <input type="checkbox" checked={scopes.includes(scope)} onChange={() => toggle(scope)} />
              {words}
            </label>
          ))}
        </div>
      </fieldset>
      <div className="row">
        <Button
          tone="primary"
          type="submit"
          icon="plus"
          disabled={scopes.length === 0}
          isPending={action.isPending}
          pendingWords="Making"
        >
          Make key
        </Button>
        {scopes.length === 0 && <span className="field-note">Choose at least one thing that it may do.</span>}
      </div>
      {action.error !== null && nameError === undefined && <ErrorNotice error={action.error} />}
    </form>
  )
}
