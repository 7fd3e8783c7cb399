import { useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { Problem } from '../../api/problem.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { AttemptNotice } from '../accounts/AttemptNotice.tsx'
import { PasswordField } from '../accounts/PasswordField.tsx'
import { useAttempt } from '../accounts/useAttempt.ts'
import { changePassword } from './calls.ts'
import { DeleteAccount } from './DeleteAccount.tsx'

export function SecuritySection() {
  return (
    <>
      <ChangePassword />
      <DeleteAccount />
    </>
  )
}

function ChangePassword() {
  const [currentPassword, setCurrentPassword] = useState('')
  const [newPassword, setNewPassword] = useState('')
  const queryClient = useQueryClient()
  const action = useAttempt(changePassword)
  const problem = action.error instanceof Problem ? action.error : undefined
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    action.mutate(
      { currentPassword, newPassword },
      {
        onSuccess: () => {
          setCurrentPassword('')
          setNewPassword('')
          void queryClient.invalidateQueries({ queryKey: queryKeys.logins })
        },
      },
    )
  }
  return (
    <section className="settings-part" aria-labelledby="password-title">
      <h2 id="password-title">Password</h2>
      <form className="settings-form" onSubmit={submit}>
        <PasswordField
          label="Present password"
          autoComplete="current-password"
          value={currentPassword}
          error={problem?.fieldDetail('currentPassword')}
          onChange={setCurrentPassword}
        />
        <PasswordField
          label="New password"
          note="At least 8 characters. All other logins end; API keys stay."
          autoComplete="new-password"
          minLength={8}
          value={newPassword}
          error={problem?.fieldDetail('newPassword')}
          onChange={setNewPassword}
        />
        <AttemptNotice
          error={action.error}
          waitSeconds={action.waitSeconds}
          fields={['currentPassword', 'newPassword']}
        />
        <div className="row">
          <Button
            tone="primary"
            type="submit"
            disabled={action.waitSeconds > 0}
            isPending={action.isPending}
            pendingWords="Changing"
          >
            Change password
          </Button>
          <span role="status">
            {action.isSuccess && (
              <span className="mark done">
                <Icon name="done" />
                Changed. All other logins have ended.
              </span>
            )}
          </span>
        </div>
      </form>
    </section>
  )
}
