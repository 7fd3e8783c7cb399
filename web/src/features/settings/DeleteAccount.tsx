import { useQuery } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import type { User } from '../../api/model.ts'
import { Problem } from '../../api/problem.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { useSession } from '../../api/useSession.ts'
import { Button } from '../../ui/Button.tsx'
import { Count } from '../../ui/Count.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { AttemptNotice } from '../accounts/AttemptNotice.tsx'
import { findDashboard } from '../accounts/calls.ts'
import { PasswordField } from '../accounts/PasswordField.tsx'
import { useAttempt } from '../accounts/useAttempt.ts'
import { deleteAccount } from './calls.ts'

/** The end of an account: said in full, and meant only when the address is typed and the password given. */
export function DeleteAccount() {
  const state = useSession()
  const [isOpen, setIsOpen] = useState(false)
  if (state.phase !== 'signedIn') return null
  return (
    <section className="settings-part settings-end" aria-labelledby="delete-title">
      <h2 id="delete-title">Delete the account</h2>
      {isOpen ? (
        <DeletionForm user={state.user} onClose={() => setIsOpen(false)} />
      ) : (
        <>
          <p className="settings-lead">Everything that is yours goes with it, for good.</p>
          <div className="row">
            <Button className="danger" icon="trash" onClick={() => setIsOpen(true)}>
              Delete account
            </Button>
          </div>
        </>
      )}
    </section>
  )
}

function DeletionForm({ user, onClose }: { user: User; onClose: () => void }) {
  const [typed, setTyped] = useState('')
  const [password, setPassword] = useState('')
  const action = useAttempt(deleteAccount)
  const problem = action.error instanceof Problem ? action.error : undefined
  const isTyped = typed.trim().toLowerCase() === user.email.toLowerCase()
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    action.mutate(password)
  }
  return (
    <form className="settings-form" onSubmit={submit}>
      <Consequences />
      <TextField
        label={`Type ${user.email} to confirm`}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        required
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <PasswordField
        label="Your password"
        autoComplete="current-password"
        value={password}
        error={problem?.fieldDetail('password')}
        onChange={setPassword}
      />
      <AttemptNotice error={action.error} waitSeconds={action.waitSeconds} fields={['password']} />
      <div className="row">
        <Button onClick={onClose}>Keep the account</Button>
        <Button
          className="danger"
          type="submit"
          icon="trash"
          disabled={!isTyped || password === '' || action.waitSeconds > 0}
          isPending={action.isPending}
          pendingWords="Deleting"
        >
          Delete for good
        </Button>
      </div>
    </form>
  )
}

function Consequences() {
  const { data } = useQuery({ queryKey: queryKeys.dashboard, queryFn: findDashboard })
  return (
    <ul className="settings-consequences">
      <li>Projects, scenes, clips and reference images are removed, from the database and from the disk.</li>
      <li>What waits or is being made is called off; it costs nothing.</li>
      <li>
        {data === undefined ? (
          'The credits that are left are gone.'
        ) : (
          <>
            <Count of="credit">{data.credits.balance + data.credits.reserved}</Count> that are left are gone.
          </>
        )}
      </li>
      <li>All logins end and all API keys stop at once, this one included.</li>
    </ul>
  )
}
