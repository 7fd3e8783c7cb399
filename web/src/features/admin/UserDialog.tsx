import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import type { ManagedUser, ManagedUserPatch, UserRole } from '../../api/model.ts'
import { queryKeys } from '../../api/queryKeys.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { formatCount } from '../../ui/format.ts'
import { CalmNotice, ErrorNotice } from '../../ui/Notice.tsx'
import { SelectField } from '../../ui/SelectField.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { updateUser } from './calls.ts'
import { describeConsequences, draftOf, patchOf } from './userPatch.ts'

const ROLES: { value: UserRole; words: string }[] = [
  { value: 'creator', words: 'Creator' },
  { value: 'student', words: 'Student' },
  { value: 'admin', words: 'Administrator' },
]

interface UserDialogProps {
  user: ManagedUser
  /** Nobody locks themselves out here: of one's own account only the credits can be changed. */
  isSelf: boolean
  onClose: () => void
}

export function UserDialog({ user, isSelf, onClose }: UserDialogProps) {
  const [draft, setDraft] = useState(() => draftOf(user))
  const queryClient = useQueryClient()
  const save = useMutation({
    mutationFn: (patch: ManagedUserPatch) => updateUser(user.id, patch),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: queryKeys.allManagedUsers })
      void queryClient.invalidateQueries({ queryKey: queryKeys.audit })
      if (isSelf) void queryClient.invalidateQueries({ queryKey: queryKeys.dashboard })
      onClose()
    },
  })
  const patch = patchOf(user, draft)
  const consequences = describeConsequences(patch)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (patch !== undefined) save.mutate(patch)
  }
  return (
    <Dialog title={user.email} onClose={onClose}>
      <form className="admin-form" onSubmit={submit}>
        {isSelf ? (
          <p className="quiet">
            This is your own account. Another administrator can change its role or disable it.
          </p>
        ) : (
          <>
            <SelectField
              label="Role"
              choices={ROLES}
              value={draft.role}
              onChange={(event) => setDraft({ ...draft, role: event.target.value as UserRole })}
            />
            <Switch
              label="Keep it out"
              isOn={draft.isDisabled}
              onChange={(isDisabled) => setDraft({ ...draft, isDisabled })}
            />
          </>
        )}
        <TextField
          label="Credits to add"
          note={`It has ${formatCount(user.balance)} to spend. A negative amount is taken back.`}
          type="number"
          step={1}
          inputMode="numeric"
          value={draft.credits}
          onChange={(event) => setDraft({ ...draft, credits: event.target.value })}
        />
        {consequences !== undefined && <CalmNotice>{consequences}</CalmNotice>}
        {save.error !== null && <ErrorNotice error={save.error} />}
        <div className="row">
          <Button onClick={onClose}>Leave it</Button>
          <Button
            tone="primary"
            type="submit"
            disabled={patch === undefined}
            isPending={save.isPending}
            pendingWords="Saving"
          >
            Save changes
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
