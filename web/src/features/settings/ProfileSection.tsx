import { useMutation } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { Problem } from '../../api/problem.ts'
import type { User } from '../../api/model.ts'
import { useSession } from '../../api/useSession.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { ErrorNotice } from '../../ui/Notice.tsx'
import { TextField } from '../../ui/TextField.tsx'
import { rename } from './calls.ts'

const ROLE_WORDS: Record<User['role'], string> = {
  admin: 'Administrator: you make clips, and keep the installation running.',
  creator: 'Creator: you own projects, scenes and clips.',
  student: 'Student: you look at what is shared with you.',
}

export function ProfileSection() {
  const state = useSession()
  return state.phase === 'signedIn' ? <Profile key={state.user.id} user={state.user} /> : null
}

function Profile({ user }: { user: User }) {
  const [name, setName] = useState(user.name)
  const action = useMutation({ mutationFn: rename })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    action.mutate(name.trim())
  }
  const fieldError = action.error instanceof Problem ? action.error.fieldDetail('name') : undefined
  const isChanged = name.trim() !== user.name
  return (
    <section className="settings-part" aria-labelledby="profile-title">
      <h2 id="profile-title">Profile</h2>
      <form className="settings-form" onSubmit={submit}>
        <TextField
          label="Name"
          note="What you are called here. May be empty."
          autoComplete="name"
          maxLength={100}
          value={name}
          error={fieldError}
          onChange={(event) => setName(event.target.value)}
        />
        <div className="row">
          <Button
            tone="primary"
            type="submit"
            disabled={!isChanged}
            isPending={action.isPending}
            pendingWords="Saving"
          >
            Save name
          </Button>
          <span role="status">
            {action.isSuccess && !isChanged && (
              <span className="mark done">
                <Icon name="done" />
                Saved
              </span>
            )}
          </span>
        </div>
        {action.error !== null && fieldError === undefined && <ErrorNotice error={action.error} />}
      </form>
      <dl className="settings-facts">
        <div>
          <dt>Email</dt>
          <dd>
            {user.email}
            <p className="field-note">You sign in with it. It stays as it is.</p>
          </dd>
        </div>
        <div>
          <dt>Role</dt>
          <dd>{ROLE_WORDS[user.role]}</dd>
        </div>
      </dl>
    </section>
  )
}
