import type { ManagedUser, ManagedUserPatch, UserRole } from '../../api/model.ts'

/** What an administrator has typed into the form of an account. */
export interface UserDraft {
  role: UserRole
  isDisabled: boolean
  /** An amount to add, or to take back when negative; as it was typed. */
  credits: string
}

export function draftOf({ role, disabled }: ManagedUser): UserDraft {
  return { role, isDisabled: disabled, credits: '' }
}

/** Only what differs, so that two administrators don't undo each other's changes. Nothing, when the amount is none. */
export function patchOf(user: ManagedUser, draft: UserDraft): ManagedUserPatch | undefined {
  const credits = draft.credits.trim() === '' ? 0 : Number(draft.credits)
  if (!Number.isSafeInteger(credits)) return undefined
  const patch: ManagedUserPatch = {}
  if (draft.role !== user.role) patch.role = draft.role
  if (draft.isDisabled !== user.disabled) patch.disabled = draft.isDisabled
  if (credits !== 0) patch.credits = credits
  return Object.keys(patch).length === 0 ? undefined : patch
}

/** What saving does to whoever uses the account. */
export function describeConsequences(patch: ManagedUserPatch | undefined): string | undefined {
  if (patch?.disabled === true)
    return 'All its logins end and its API keys stop. Clips that wait or are being made go on, as they are paid for.'
  if (patch?.role !== undefined)
    return 'All its logins end, as they say the old role; it has to sign in again.'
  if (patch?.disabled === false) return 'It can sign in again, and its API keys work again.'
  return undefined
}
